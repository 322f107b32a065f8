/// What a stretch of the record says in sum: who went where for what, what was refused and by which
/// rule, which destinations are new, which exceptions were used, how much went up and down; as
/// text, as data and as a page.
///
/// Counting reads events one by one and keeps numbers only. Each table holds a bounded number of
/// rows; what comes after them is counted in one row for all others, so that nobody can fill the
/// memory with invented hosts.
@NullMarked
package dev.sallyport.proxy.audit.report;

import org.jspecify.annotations.NullMarked;
