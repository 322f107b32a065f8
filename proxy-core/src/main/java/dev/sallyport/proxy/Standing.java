package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.identify.Tokens;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// What holds now: a policy and the tokens on file.
///
/// @param tokens empty where there is no token file
record Standing(Policy policy, Optional<Tokens> tokens) implements OpenConnections.Grounds {
  @Override
  public Optional<ClientIdentity> known(ClientIdentity client) {
    return switch (client.proof()) {
      case ClientIdentity.Proof.Token token ->
          tokens.flatMap(held -> held.held(token)).map(held -> client.with(held.labels()));
      case ClientIdentity.Proof.Certificate certificate ->
          tokens
              .flatMap(held -> held.held(certificate))
              .map(held -> client.with(held.labels()))
              .or(() -> Optional.of(client).filter(same -> isNamed(certificate)));
      case ClientIdentity.Proof.OwnListener own -> Optional.of(client);
      case ClientIdentity.Proof.Nothing nothing -> Optional.of(client);
    };
  }

  /// Whether the policy still knows a certificate by what it knew it by.
  private boolean isNamed(ClientIdentity.Proof.Certificate certificate) {
    return certificate.shown().stream()
        .filter(certificate::isNamedBy)
        .anyMatch(name -> policy.known(List.of(name)).isPresent());
  }

  /// What stands now against something that was permitted: `credentials-wrong` when what the client
  /// proved is gone, `killed`, or `policy-changed`.
  ///
  /// @param seen what was seen of the request; empty for a tunnel
  /// @param also asked when the policy still allows it, with the policy and its permit
  static Optional<Reason> objection(
      OpenConnections.Grounds grounds,
      Permitted permitted,
      Optional<RequestSight> seen,
      Instant now,
      BiFunction<Policy, Permit, Optional<Reason>> also) {
    Optional<ClientIdentity> client = grounds.known(permitted.identified().client());
    if (client.isEmpty()) {
      return Optional.of(Reason.CREDENTIALS_WRONG);
    }
    Policy policy = grounds.policy();
    var again = policy.decide(client.get(), permitted.permit().destination(), seen, now);
    Optional<Reason> objection =
        again.permit().isPresent()
            ? also.apply(policy, again.permit().get())
            : Optional.of(again.reason());
    return objection.map(reason -> reason == Reason.KILLED ? Reason.KILLED : Reason.POLICY_CHANGED);
  }
}
