package dev.sallyport.proxy.admin;

import dev.sallyport.proxy.metrics.MetricsFormat;
import java.util.function.Function;
import java.util.function.Supplier;

/// What the admin listener shows. Both functions are called on its event loop, must be quick and
/// must not block.
///
/// @param readiness whether the gate takes work now
/// @param metrics all numbers in a text form
public record AdminPages(Supplier<Readiness> readiness, Function<MetricsFormat, String> metrics) {}
