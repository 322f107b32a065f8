/// Tests of what the gate reads of TLS. [HelloBuilder] makes hellos octet by octet, right and wrong
/// ones; [RecordedHello] has what real clients sent; [ReferenceReading] is a second way of reading.
@NullMarked
package dev.sallyport.mitm;

import org.jspecify.annotations.NullMarked;
