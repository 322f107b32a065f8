/// The gate's own settings: how it runs, never what may leave.
///
/// Read with the same strictness as a policy: every problem at once with `file:line:column`,
/// unknown keys fatal.
@NullMarked
package dev.sallyport.proxy.config;

import org.jspecify.annotations.NullMarked;
