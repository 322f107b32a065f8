/// Questions to the record: which events of a stretch of time fit a condition, as rows for people
/// and programs.
///
/// Everything here reads events one by one and keeps none, so that the size of a log is no limit.
/// It believes what it reads; whether the record is whole is for
/// [dev.sallyport.proxy.audit.ChainVerifier] to say. Nothing knows a clock: the moment that words
/// such as `yesterday` start from is given.
@NullMarked
package dev.sallyport.proxy.audit.query;

import org.jspecify.annotations.NullMarked;
