package dev.sallyport.proxy.doctor;

import java.util.List;

/// One thing that can be looked at by itself.
interface Check {
  Group group();

  String name();

  /// What it will send, beside what it asks the gate about itself; empty when nothing.
  List<Probe> probes();

  /// Looks. Blocks, for a bounded time.
  List<Finding> look() throws InterruptedException;
}
