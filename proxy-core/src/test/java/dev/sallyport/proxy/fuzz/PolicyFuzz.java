package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Policy files: any text is a policy that decides, or problems in words.
public final class PolicyFuzz {
  private static final Instant AT = Instant.parse("2026-11-21T03:46:00Z");
  private static final ClientIdentity CLIENT =
      ClientIdentity.anonymous(InetAddress.getLoopbackAddress(), "proxy");

  private PolicyFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) throws MalformedHostException {
    String text = new String(octets, StandardCharsets.UTF_8);
    Policy policy;
    try {
      policy = PolicyLoader.load("policy.yaml", text);
    } catch (LoadException wrong) {
      assertFalse(wrong.problems().isEmpty());
      return;
    }
    for (String host : List.of("www.example.com", "a.b.example.org", "10.1.2.3", "[::1]")) {
      for (Scheme scheme : Scheme.values()) {
        Destination to = new Destination(scheme, Host.parse(host), scheme.defaultPort());
        RequestSight seen = RequestSight.of("POST", "/a/../b?c=d");
        Decision decision = policy.decide(CLIENT, to, Optional.of(seen), AT);
        assertEquals(decision.outcome() == Outcome.ALLOW, decision.permit().isPresent());
      }
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    String small =
        """
        sallyport: 1
        name: small
        classes:
          web:
            allow:
              - {host: www.example.com, scheme: any, resolves-to: [10.0.0.0/8], tunnel: any}
              - {subdomains-of: example.org, ports: [443, 8000-8010], ech: deny}
              - {any: true, scheme: http, accept-risk: "a reason"}
        deny:
          - {domain: secret.example.org, reason: never}
        profiles:
          all: {classes: [web]}
        assign:
          - {anonymous: true, profile: all}
        """;
    return List.of(
            small,
            small.replace("any: true", "catalog: npm/read"),
            small.replace("anonymous: true", "user: 'alice'")
                + "tests:\n  - allow: www.example.com\n",
            "sallyport: 1\nname: [\n",
            "a: &a [*a, *a]\n",
            "- ? !!java.lang.Object\n",
            "\ufeffsallyport: 2\n")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}
