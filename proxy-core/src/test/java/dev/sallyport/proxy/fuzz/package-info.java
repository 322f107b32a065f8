/// What must hold for any octets at all: one class for each reader of octets that others choose.
///
/// Each has `fuzzerTestOneInput`, which Jazzer calls as long as `e2e/fuzz.sh` is told to, and
/// `seeds`, from which it starts and which [FuzzSeedsTest] runs in every build. What a fuzzer finds
/// becomes a seed.
@NullMarked
package dev.sallyport.proxy.fuzz;

import org.jspecify.annotations.NullMarked;
