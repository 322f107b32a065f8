package dev.sallyport.proxy.doctor;

import java.util.List;

/// A check that is one function.
///
/// @param probes what it sends
record Look(Group group, String name, List<Probe> probes, Looking looking) implements Check {
  Look {
    probes = List.copyOf(probes);
  }

  /// Looks once.
  @FunctionalInterface
  interface Looking {
    Finding look() throws InterruptedException;
  }

  @Override
  public List<Finding> look() throws InterruptedException {
    return List.of(looking.look());
  }
}
