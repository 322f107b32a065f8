package dev.sallyport.proxy.admin;

import dev.sallyport.proxy.metrics.MetricsFormat;
import java.util.function.Function;
import java.util.function.Supplier;

/// What the admin listener shows. All are called on its event loop, must be quick and must not
/// block.
///
/// @param readiness whether the gate takes work now
/// @param metrics all numbers in a text form
/// @param auditHead the last event of the record as JSON, for those who keep it elsewhere
public record AdminPages(
    Supplier<Readiness> readiness,
    Function<MetricsFormat, String> metrics,
    Supplier<String> auditHead) {}
