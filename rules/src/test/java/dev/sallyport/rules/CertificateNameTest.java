package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.CertificateName.Kind;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateNameTest {
  private static final String HASH = "ab".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "DNS, Build.Example.org, build.example.org",
    "DNS, build, build",
    "DNS, build.example.org., build.example.org",
    "DNS, *.example.org,",
    "DNS, 10.0.0.1,",
    "DNS, a b,",
    "DNS, '',",
    "URI, spiffe://example.org/ns/a, spiffe://example.org/ns/a",
    "URI, urn:uuid:1, urn:uuid:1",
    "URI, /ns/a,",
    "URI, spiffe://example.org/*,",
    "URI, 'spiffe://example.org/ a',",
    "EMAIL, Build@example.org, Build@example.org",
    "EMAIL, @example.org,",
    "EMAIL, a@b@c,",
    "EMAIL, *@example.org,",
    "SUBJECT, 'CN=Build  7, O=Example', 'cn=build 7,o=example'",
    "SUBJECT, build,",
    "SUBJECT, '',",
    "SHA256, abababababababababababababababababababababababababababababababab,"
        + " abababababababababababababababababababababababababababababababab",
    "SHA256, ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB,",
    "SHA256, abab,",
  })
  void isTheWholeOfWhatACertificateCanSay(Kind kind, String text, String value) {
    assertEquals(
        Optional.ofNullable(value), CertificateName.of(kind, text).map(CertificateName::value));
  }

  @Test
  void isBounded() {
    String most = "urn:" + "a".repeat(CertificateName.MAX_VALUE - 4);
    assertTrue(CertificateName.of(Kind.URI, most).isPresent());
    assertFalse(CertificateName.of(Kind.URI, most + "a").isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "build.example.org, DNS",
    "spiffe://example.org/a, URI",
    "build@example.org, EMAIL",
    "'cn=build,o=example', SUBJECT",
    "abababababababababababababababababababababababababababababababab, SHA256",
  })
  void aRecordedNameHasOneReading(String text, Kind kind) {
    assertEquals(
        List.of(kind), CertificateName.readings(text).stream().map(CertificateName::kind).toList());
    assertEquals(text, CertificateName.readings(text).iterator().next().value());
  }

  @Test
  void aSubjectIsTheSameHoweverItIsWritten() {
    assertEquals(
        CertificateName.of(Kind.SUBJECT, "CN=build,O=Example"),
        CertificateName.of(new X500Principal("cn=Build, o=example")));
    assertEquals(Optional.empty(), CertificateName.of(new X500Principal("")));
  }

  @Test
  void twoSubjectsExcludeEachOtherAndTwoNamesDoNot() {
    CertificateName one = CertificateName.of(Kind.SUBJECT, "CN=a").orElseThrow();
    CertificateName other = CertificateName.of(Kind.SUBJECT, "CN=b").orElseThrow();
    CertificateName hash = CertificateName.of(Kind.SHA256, HASH).orElseThrow();
    CertificateName dns = CertificateName.of(Kind.DNS, "a.example").orElseThrow();
    CertificateName second = CertificateName.of(Kind.DNS, "b.example").orElseThrow();
    assertTrue(one.excludes(other));
    assertFalse(one.excludes(one));
    assertFalse(one.excludes(hash));
    assertFalse(dns.excludes(second));
  }
}
