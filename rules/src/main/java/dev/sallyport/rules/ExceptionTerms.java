package dev.sallyport.rules;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Why, for whom and how long an entry of `exceptions` adds to its class.
///
/// @param clients what a client must be, all of it; empty means every client of a profile with the
///   class
/// @param expires from this time on it allows nothing
public record ExceptionTerms(
    String id,
    List<Assignment.Condition> clients,
    String reason,
    String owner,
    Optional<String> reviewer,
    Optional<String> compensatingControl,
    Instant expires) {

  public ExceptionTerms {
    clients = List.copyOf(clients);
  }

  /// Whether it still holds.
  public boolean isInForce(Instant at) {
    return at.isBefore(expires);
  }

  /// Whether a client is meant. Without a client, as when a policy is asked about a profile, only
  /// an exception for everybody is.
  public boolean isFor(Optional<ClientIdentity> client) {
    return clients.isEmpty()
        || client
            .filter(known -> clients.stream().allMatch(each -> each.matches(known)))
            .isPresent();
  }
}
