/// Evidence for an incident: what a session or a stretch of time did, the policies that were in
/// force, the proof that the record of it is the gate's own, and what to rotate.
///
/// Events are read one by one and none is kept, so the size of a log is no limit. Nothing knows a
/// clock: the moment of the export is given.
@NullMarked
package dev.sallyport.proxy.audit.export;

import org.jspecify.annotations.NullMarked;
