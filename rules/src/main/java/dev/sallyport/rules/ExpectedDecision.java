package dev.sallyport.rules;

import java.util.Optional;

/// One line of a policy's `tests`.
///
/// @param trafficClass the class that must be the one to allow it
/// @param reason the reason that must be given
/// @param request what is seen of the example's request; empty for a CONNECT, of which nothing is
public record ExpectedDecision(
    Outcome outcome,
    Destination destination,
    Optional<RequestSight> request,
    Who who,
    Optional<TrafficClass> trafficClass,
    Optional<Reason> reason,
    Place place,
    String text) {

  /// For whom the example is judged.
  public sealed interface Who {
    /// As any client with this profile.
    record WithProfile(String name) implements Who {}

    /// As this client, whatever profile that gives.
    record As(ClientIdentity client) implements Who {}
  }
}
