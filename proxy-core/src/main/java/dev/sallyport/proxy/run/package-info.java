/// What `sallyport run` needs beside a gate: the child and its environment, the way out that was
/// there before, and the words that a person sees at the start and the end.
///
/// Nothing here judges traffic. The child is not locked in: whatever it starts obeys the variables
/// that it is given or does not.
@NullMarked
package dev.sallyport.proxy.run;

import org.jspecify.annotations.NullMarked;
