package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.CertificateName.Kind;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `certificate:` in `assign`, `for` and `as`.
class CertificatesTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes: {web: {allow: [a.example]}, more: {allow: [b.example]}}
      profiles: {build: {classes: [web, more]}, both: {classes: [more]}, dev: {classes: [web]}}
      assign:
        - {certificate: {uri: "spiffe://example.org/a", dns: build.example.org}, profile: both}
        - {certificate: {dns: Build.example.org}, address: 10.0.0.0/8, profile: build}
        - {certificate: {subject: "CN=build, O=Example"}, profile: build}
        - {any: true, profile: dev}
      exceptions:
        - {id: EX-1, class: web, allow: x.example, for: {certificate: {email: a@example.org}},
           reason: r, owner: o, expires: 2999-01-01T00:00:00Z}
      tests:
        - {allow: "GET https://b.example/", as: {certificate: {dns: build.example.org}, address: 10.1.1.1}}
        - {deny: "GET https://b.example/", as: {certificate: {dns: build.example.org}}, reason: not-listed}
        - {deny: "GET https://a.example/", as: {certificate: {dns: build.example.org, uri: "spiffe://example.org/a"}}}
        - {allow: "GET https://x.example/", as: {certificate: {email: a@example.org}}}
        - {deny: "GET https://x.example/", as: {certificate: {email: b@example.org}}}
        - {deny: "GET https://a.example/", as: {anonymous: true}, reason: unassigned}
      """;

  private static Policy load(String text) throws LoadException {
    return PolicyLoader.load("p.yaml", text);
  }

  private static CertificateName name(Kind kind, String text) {
    return CertificateName.of(kind, text).orElseThrow();
  }

  @Test
  void itsTestsHold() throws Exception {
    for (TestResult result : PolicyTests.run(load(POLICY), Instant.EPOCH)) {
      assertTrue(result.passed(), result::line);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DNS, build.example.org, dev",
    "DNS, x.build.example.org, dev",
    "SUBJECT, 'cn=Build,o=example', build",
    "SUBJECT, 'CN=build', dev",
    "SUBJECT, 'CN=build,O=Example,C=AT', dev",
  })
  void onlyTheWholeOfItCounts(Kind kind, String value, String profile) throws Exception {
    ClientIdentity client =
        new ClientIdentity(
            Proof.Certificate.saying(List.of(name(kind, value))),
            InetAddress.ofLiteral("192.0.2.1"),
            "main",
            Map.of(),
            Map.of());
    assertEquals(Optional.of(profile), load(POLICY).profileOf(client));
  }

  @Test
  void thePolicySaysWhomItKnows() throws Exception {
    Policy policy = load(POLICY);
    CertificateName dns = name(Kind.DNS, "build.example.org");
    CertificateName email = name(Kind.EMAIL, "a@example.org");
    assertTrue(policy.namesCertificates());
    assertEquals(Optional.of(dns), policy.known(List.of(name(Kind.DNS, "x.example"), dns, email)));
    assertEquals(Optional.of(email), policy.known(List.of(email)));
    assertEquals(Optional.empty(), policy.known(List.of(name(Kind.DNS, "example.org"))));
    Policy none = load(Loads.HEAD + "profiles: {dev: {}}\nassign: [{any: true, profile: dev}]\n");
    assertFalse(none.namesCertificates());
    assertTrue(none.within(policy).namesCertificates());
    assertEquals(Optional.of(dns), none.within(policy).known(List.of(dns)));
  }

  @Test
  void whatItNamesIsPartOfTheVersionAndItsSpellingIsNot() throws Exception {
    String version = load(POLICY).stamp().version();
    assertEquals(
        version,
        load(POLICY.replace("CN=build, O=Example", "cn=build,o=example")).stamp().version());
    assertNotEquals(
        version, load(POLICY.replace("CN=build, O=Example", "CN=build")).stamp().version());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{certificate: x} | 24: `certificate` must be a mapping, not `x`;"
            + " write `certificate: {key: value}`",
        "{certificate: {}} | 11: `certificate` names nothing that one says;"
            + " write one, as in `certificate: {dns: build.example.org}`",
        "{certificate: {dns: '*.example.org'}} | 25: `*.example.org` is nothing that a certificate"
            + " could be known by; write it as it stands in the certificate, without `*`",
        "{certificate: {uri: a}} | 25: `a` is nothing that a certificate could be known by;"
            + " write it as it stands in the certificate, with its scheme",
        "{certificate: {subject: a}} | 25: `a` is nothing that a certificate could be known by;"
            + " write the whole subject, as in `CN=build,O=Example`",
        "{certificate: {cn: a}} | 25: unknown key `cn`; known here: uri, dns, email, subject,"
            + " sha256",
        "{certificate: {dns: a}, token: b} | 11: a client that shows a token is known by that and"
            + " not by its certificate, so this line never matches; write two lines",
        "{certificate: {dns: a}, anonymous: true} | 34: a client that shows a certificate is not"
            + " anonymous, so this line never matches; write two lines",
      })
  void otherLinesAreProblems(String line, String problem) {
    String text = line.substring(0, line.length() - 1) + ", profile: dev}";
    assertEquals(
        List.of("p.yaml:4:" + problem),
        Loads.problems(Loads.HEAD + "profiles: {dev: {}}\nassign: [" + text + "]\n"));
  }
}
