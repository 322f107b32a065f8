/// The only place that writes events: one line per decision and per end, chained by hash, each
/// accepted before the bytes that it speaks of move.
///
/// Stages return what happened as an [AuditEvent]; a single writer thread gives it its number and
/// hash, writes it and answers on the event loop that asked.
@NullMarked
package dev.sallyport.proxy.audit;

import org.jspecify.annotations.NullMarked;
