package dev.sallyport.rules;

import java.util.SortedSet;

/// Which ports an entry or a deny rule stands for.
public sealed interface Ports {
  /// Whether a destination's port is meant.
  boolean matches(Scheme scheme, int port);

  /// Whether some port of a scheme is meant by both.
  default boolean meets(Ports other, Scheme scheme) {
    return switch (this) {
      case All() -> true;
      case Default() -> other.matches(scheme, scheme.defaultPort());
      case Listed(var listed) -> listed.stream().anyMatch(port -> other.matches(scheme, port));
    };
  }

  /// Whether every port of a scheme that the other stands for is meant.
  default boolean covers(Ports other, Scheme scheme) {
    return switch (other) {
      case All() -> this instanceof All;
      case Default() -> matches(scheme, scheme.defaultPort());
      case Listed(var listed) -> listed.stream().allMatch(port -> matches(scheme, port));
    };
  }

  /// The scheme's own port: 443 for https, 80 for http.
  record Default() implements Ports {
    @Override
    public boolean matches(Scheme scheme, int port) {
      return port == scheme.defaultPort();
    }
  }

  /// Every port: what a deny rule means when it names none.
  record All() implements Ports {
    @Override
    public boolean matches(Scheme scheme, int port) {
      return true;
    }
  }

  /// The listed ports.
  record Listed(SortedSet<Integer> ports) implements Ports {
    @Override
    public boolean matches(Scheme scheme, int port) {
      return ports.contains(port);
    }
  }
}
