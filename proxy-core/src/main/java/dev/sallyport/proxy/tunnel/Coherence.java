package dev.sallyport.proxy.tunnel;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.TunnelRule;
import java.util.Optional;

/// Holds what a tunnel begins with against what was permitted: the server name must be the CONNECT
/// host. This is where an SNI mismatch is refused. Pure.
public final class Coherence {
  private Coherence() {}

  /// The reason to refuse this opening, or empty when it may pass.
  public static Optional<Reason> objection(Policy policy, Permit permit, Opening opening) {
    return switch (opening) {
      case Opening.Tls tls -> objection(policy, permit, tls);
      case Opening.Unreadable unreadable -> Optional.of(Reason.NOT_TLS);
      case Opening.Other other ->
          permit.tunnel().opening() == TunnelRule.Opening.ANYTHING
              ? Optional.empty()
              : Optional.of(Reason.NOT_TLS);
    };
  }

  private static Optional<Reason> objection(Policy policy, Permit permit, Opening.Tls tls) {
    if (tls.facts().encrypted() && permit.tunnel().encryptedHelloDenied()) {
      return Optional.of(Reason.ECH_NOT_ALLOWED);
    }
    if (permit.tunnel().opening() == TunnelRule.Opening.ANYTHING) {
      return objectionToAnything(policy, permit, tls);
    }
    boolean absentIsFine =
        permit.tunnel().opening() == TunnelRule.Opening.TLS_NAME_OPTIONAL
            || permit.destination().host() instanceof Host.Literal;
    return switch (tls.name()) {
      case SAME -> Optional.empty();
      case DIFFERENT, INVALID -> Optional.of(Reason.SNI_MISMATCH);
      case ABSENT -> absentIsFine ? Optional.empty() : Optional.of(Reason.SNI_MISSING);
    };
  }

  /// Where the entry lets anything pass, a name is held against the deny rules. One that cannot be
  /// read might be a denied one to the origin.
  private static Optional<Reason> objectionToAnything(
      Policy policy, Permit permit, Opening.Tls tls) {
    if (tls.name() == Opening.ServerNameSeen.INVALID) {
      return Optional.of(Reason.SNI_MISMATCH);
    }
    return tls.facts().serverName().flatMap(name -> forbids(policy, permit, name));
  }

  private static Optional<Reason> forbids(Policy policy, Permit permit, String name) {
    try {
      Destination to = permit.destination();
      return policy.forbids(new Destination(to.scheme(), Host.parse(name), to.port()));
    } catch (MalformedHostException notAHost) {
      return Optional.of(Reason.DENIED_BY_RULE);
    }
  }
}
