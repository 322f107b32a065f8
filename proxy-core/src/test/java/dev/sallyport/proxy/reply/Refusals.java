package dev.sallyport.proxy.reply;

import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicyStamp;
import dev.sallyport.rules.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Refusals to put into words.
final class Refusals {
  static final PolicyStamp STAMP = new PolicyStamp("acme-agents", "3f9c2e1d00");
  static final String REQUEST = "01JD0000000000000000000000";

  private Refusals() {}

  /// One that no policy entry makes.
  static Refusal of(Reason reason) {
    return of(
        Decision.refused(reason, STAMP, IdentityMethod.NONE),
        Optional.of(Policies.https("other.example.com")));
  }

  static Refusal of(Decision decision, Optional<Destination> to) {
    return new Refusal(
        decision,
        "CONNECT",
        to,
        REQUEST,
        "",
        owners(),
        Optional.of("#egress"),
        Optional.of("https://intranet.example/egress?id={request}"));
  }

  /// What a policy says of a destination, as a refusal.
  static Refusal by(Policy policy, Destination to) {
    return of(Policies.decision(policy, to), Optional.of(to));
  }

  private static Map<String, String> owners() {
    Map<String, String> owners = new LinkedHashMap<>();
    owners.put("engineering", "platform");
    owners.put("security", "secops");
    return owners;
  }
}
