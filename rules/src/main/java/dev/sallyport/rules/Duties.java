package dev.sallyport.rules;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What an entry asks of the gate beside judging requests.
///
/// @param minimumAge how long a package version must have been public
/// @param organisations ids that are sent upstream; empty means none is sent
/// @param uploadLimit octets that a connection may send up
public record Duties(
    Optional<Duration> minimumAge, List<String> organisations, Optional<Long> uploadLimit) {
  /// Nothing.
  public static final Duties NONE = new Duties(Optional.empty(), List.of(), Optional.empty());

  public Duties {
    organisations = List.copyOf(organisations);
  }

  /// Whether one of them takes sight of requests.
  public boolean needsSight() {
    return minimumAge.isPresent() || !organisations.isEmpty();
  }

  /// These and those of the class together: of two limits the stricter one.
  public Duties within(Duties outer) {
    return new Duties(
        stricter(minimumAge, outer.minimumAge, 1),
        organisations.isEmpty() ? outer.organisations : organisations,
        stricter(uploadLimit, outer.uploadLimit, -1));
  }

  private static <T extends Comparable<T>> Optional<T> stricter(
      Optional<T> one, Optional<T> other, int sign) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().compareTo(other.get()) * sign >= 0 ? one : other;
  }
}
