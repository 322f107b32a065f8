/// What a gate remembers from one start to the next beside its audit: the kill switches that are
/// on, the emergencies that nobody reviewed, and which ended exceptions were told of.
///
/// It is one small file beside the control socket. One that cannot be read keeps the gate from
/// starting: a kill switch is never dropped in silence.
@NullMarked
package dev.sallyport.proxy.state;

import org.jspecify.annotations.NullMarked;
