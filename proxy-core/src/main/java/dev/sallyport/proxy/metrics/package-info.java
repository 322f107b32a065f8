/// Numbers about the running gate, for Prometheus.
///
/// Every label value comes from a closed list or from the policy's class names: a host, a header or
/// anything else that a client chooses never becomes one, so no client can make the set grow.
/// Counting is a look-up and an addition; it may be done on an event loop.
@NullMarked
package dev.sallyport.proxy.metrics;

import org.jspecify.annotations.NullMarked;
