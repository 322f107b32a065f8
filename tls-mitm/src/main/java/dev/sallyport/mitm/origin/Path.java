package dev.sallyport.mitm.origin;

import java.util.List;

/// A way from an origin's certificate to a root that the gate trusts; each is signed by the next.
///
/// @param certificates the origin's own first, the root last; at least one
record Path(List<Presented> certificates) {
  Path {
    certificates = List.copyOf(certificates);
  }

  Presented leaf() {
    return certificates.getFirst();
  }

  Presented root() {
    return certificates.getLast();
  }

  /// Whether somebody said that the origin's own certificate is to be trusted.
  boolean isPinned() {
    return certificates.size() == 1;
  }

  /// Everybody who vouches, nearest to the origin first.
  List<Presented> authorities() {
    return certificates.subList(1, certificates.size());
  }
}
