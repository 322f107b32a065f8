package dev.sallyport.proxy.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every opening against every rule for tunnels.
class CoherenceTest {
  private static final Policy POLICY =
      Policies.of(
          "{host: strict.example.com}",
          "{host: absent.example.com, sni: absent}",
          "{host: any.example.com, tunnel: any}",
          "{host: strict-ech.example.com, ech: deny}",
          "{host: absent-ech.example.com, sni: absent, ech: deny}",
          "{host: any-ech.example.com, tunnel: any, ech: deny}",
          "{address: 192.0.2.0/24}",
          "{any: true, accept-risk: test}");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # host                    | same  | different    | denied         | absent      | invalid      | other   | unreadable
          strict.example.com        |       | sni-mismatch | sni-mismatch   | sni-missing | sni-mismatch | not-tls | not-tls
          absent.example.com        |       | sni-mismatch | sni-mismatch   |             | sni-mismatch | not-tls | not-tls
          any.example.com           |       |              | denied-by-rule |             | sni-mismatch |         | not-tls
          192.0.2.1                 |       | sni-mismatch | sni-mismatch   |             | sni-mismatch | not-tls | not-tls
          198.18.0.1                |       | sni-mismatch | sni-mismatch   |             | sni-mismatch | not-tls | not-tls
          """)
  void judgesWhatATunnelBeginsWith(
      String host,
      String same,
      String different,
      String denied,
      String absent,
      String invalid,
      String other,
      String unreadable) {
    check(host, same, tls(Opening.ServerNameSeen.SAME, host));
    check(host, different, tls(Opening.ServerNameSeen.DIFFERENT, "other.example.com"));
    check(host, denied, tls(Opening.ServerNameSeen.DIFFERENT, "x.denied.example"));
    check(host, absent, tls(Opening.ServerNameSeen.ABSENT));
    check(host, invalid, tls(Opening.ServerNameSeen.INVALID));
    check(host, other, new Opening.Other("why"));
    check(host, unreadable, new Opening.Unreadable("why"));
  }

  @ParameterizedTest
  @CsvSource({
    "strict.example.com, false",
    "absent.example.com, false",
    "any.example.com, false",
    "strict-ech.example.com, true",
    "absent-ech.example.com, true",
    "any-ech.example.com, true",
  })
  void refusesAnEncryptedHelloWhereTheEntrySaysSo(String host, boolean refused) {
    HelloFacts facts = new HelloFacts(Optional.of(host), List.of(), true);
    Opening opening = new Opening.Tls(Opening.ServerNameSeen.SAME, facts, 0);
    check(host, refused ? "ech-not-allowed" : null, opening);
  }

  /// With an encrypted hello the outer name is judged like any other.
  @ParameterizedTest
  @CsvSource({"strict.example.com, sni-mismatch", "any.example.com, denied-by-rule"})
  void judgesTheOuterName(String host, String reason) {
    HelloFacts facts = new HelloFacts(Optional.of("denied.example"), List.of(), true);
    check(host, reason, new Opening.Tls(Opening.ServerNameSeen.DIFFERENT, facts, 0));
  }

  private static Opening tls(Opening.ServerNameSeen seen, String... name) {
    Optional<String> named = name.length == 0 ? Optional.empty() : Optional.of(name[0]);
    return new Opening.Tls(seen, new HelloFacts(named, List.of(), false), 0);
  }

  private static void check(
      String host, @org.jspecify.annotations.Nullable String expected, Opening opening) {
    var permit = Policies.permit(POLICY, Policies.https(host));
    assertEquals(
        Optional.ofNullable(expected),
        Coherence.objection(POLICY, permit, opening).map(Reason::code),
        () -> host + " " + opening);
  }
}
