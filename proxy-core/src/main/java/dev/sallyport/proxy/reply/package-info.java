/// What a person or a program is told when something is refused: one form everywhere, and how a
/// connection is closed so that the answer arrives.
@NullMarked
package dev.sallyport.proxy.reply;

import org.jspecify.annotations.NullMarked;
