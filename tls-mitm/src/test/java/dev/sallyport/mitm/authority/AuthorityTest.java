package dev.sallyport.mitm.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.keys.OwnKey;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorityTest {
  private final TestClock clock = new TestClock(Instant.parse("2026-11-28T12:00:00Z"));
  private final Certificates certificates = new Certificates(new SecureRandom());

  @ParameterizedTest
  @CsvSource({
    "example.com, true",
    "api.example.com, true",
    "a.b.example.com, true",
    "10.0.0.1, true",
    "2001:db8::1, true",
    "notexample.com, false",
    "example.com.evil.example, false",
    "com, false",
    "10.0.0.2, false",
    "2001:db8::2, false",
  })
  void theKeyOfTheIssuerIsGoodForItsHostsOnly(String host, boolean good) throws Exception {
    Authority authority =
        Authority.inMemory(
            Permitted.hosts(Set.of("example.com", "10.0.0.1", "2001:db8::1")), clock);
    assertEquals(good, authority.permitted().permits(host));
    // As a thief would: the key signs anything, clients have to refuse it.
    assertEquals(good, isTaken(authority, host, Purpose.INTERCEPT));
    assertTrue(isTaken(authority, host, Purpose.REFUSE));
  }

  @Test
  void withoutAddressesNoneIsGood() throws Exception {
    Authority authority = Authority.inMemory(Permitted.hosts(Set.of("example.com")), clock);
    assertFalse(isTaken(authority, "10.0.0.1", Purpose.INTERCEPT));
    assertFalse(isTaken(authority, "2001:db8::1", Purpose.INTERCEPT));
  }

  @Test
  void withoutHostsNoneIsGood() throws Exception {
    Authority authority = Authority.inMemory(Permitted.hosts(Set.of()), clock);
    assertFalse(isTaken(authority, "example.com", Purpose.INTERCEPT));
    assertFalse(isTaken(authority, "10.0.0.1", Purpose.INTERCEPT));
  }

  @Test
  void aPolicyThatListsNoHostsIsHeldToNone() throws Exception {
    Authority authority = Authority.inMemory(new Permitted.Anything(), clock);
    assertTrue(isTaken(authority, "example.com", Purpose.INTERCEPT));
    assertTrue(isTaken(authority, "10.0.0.1", Purpose.INTERCEPT));
  }

  @Test
  void theIssuerIsMadeAnewWhenTheSetGrows() throws Exception {
    Authority authority = Authority.inMemory(Permitted.hosts(Set.of("a.example")), clock);
    X509Certificate first = authority.issuerCertificate(Purpose.INTERCEPT);
    X509Certificate refuse = authority.issuerCertificate(Purpose.REFUSE);
    authority.permit(Permitted.hosts(Set.of("b.a.example")));
    assertEquals(first, authority.issuerCertificate(Purpose.INTERCEPT));
    authority.permit(Permitted.hosts(Set.of("a.example", "c.example")));
    X509Certificate second = authority.issuerCertificate(Purpose.INTERCEPT);
    assertNotEquals(first.getPublicKey(), second.getPublicKey());
    assertNotEquals(first.getSubjectX500Principal(), second.getSubjectX500Principal());
    assertEquals(refuse, authority.issuerCertificate(Purpose.REFUSE));
    assertTrue(isTaken(authority, "c.example", Purpose.INTERCEPT));
  }

  @Test
  void issuersAreMadeAnewBeforeTheyEnd() throws Exception {
    Permitted permitted = Permitted.hosts(Set.of("a.example"));
    Authority authority = Authority.inMemory(permitted, clock);
    X509Certificate first = authority.issuerCertificate(Purpose.REFUSE);
    Duration quiet = Certificates.ISSUER_LIFETIME.minus(Authority.RENEWED_BEFORE);
    clock.advance(quiet.minus(Duration.ofHours(1)));
    authority.permit(permitted);
    assertEquals(first, authority.issuerCertificate(Purpose.REFUSE));
    clock.advance(Duration.ofHours(2));
    authority.permit(permitted);
    assertNotEquals(first, authority.issuerCertificate(Purpose.REFUSE));
  }

  @Test
  void aLeafIsForOneHostAndAWhile() throws Exception {
    Authority authority = Authority.inMemory(Permitted.hosts(Set.of("example.com")), clock);
    X509Certificate leaf = leaf(authority, "example.com", Purpose.INTERCEPT);
    assertEquals(
        List.of(List.of(2, "example.com")), List.copyOf(leaf.getSubjectAlternativeNames()));
    assertEquals(clock.instant().plus(Duration.ofDays(7)), leaf.getNotAfter().toInstant());
    assertEquals(clock.instant().minus(Duration.ofHours(1)), leaf.getNotBefore().toInstant());
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), leaf.getExtendedKeyUsage());
    assertTrue(leaf.getSerialNumber().bitLength() > 64);
    assertTrue(leaf.getSerialNumber().toByteArray().length <= 20);
    assertEquals(-1, leaf.getBasicConstraints());
    X509Certificate refusal = leaf(authority, "other.example", Purpose.REFUSE);
    assertEquals(clock.instant().plus(Duration.ofMinutes(20)), refusal.getNotAfter().toInstant());
    X509Certificate address = leaf(authority, "2001:db8::1", Purpose.REFUSE);
    assertEquals(
        List.of(List.of(7, "2001:db8:0:0:0:0:0:1")),
        List.copyOf(address.getSubjectAlternativeNames()));
  }

  @Test
  void aLongNameIsNoCommonName() throws Exception {
    String host = "a".repeat(60) + ".example.com";
    Authority authority = Authority.inMemory(Permitted.hosts(Set.of("example.com")), clock);
    X509Certificate leaf = leaf(authority, host, Purpose.INTERCEPT);
    assertEquals("O=Sallyport", leaf.getSubjectX500Principal().getName());
    assertTrue(isTaken(authority, host, Purpose.INTERCEPT));
  }

  @ParameterizedTest
  @CsvSource({"EC", "RSA", "Ed25519", "Ed448"})
  void theOrganisationsOwnRootSignsTheIssuers(String algorithm) throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    X509Certificate root = certificates.root(keys, clock.instant());
    Authority authority =
        Authority.given(
            () -> new OwnKey(keys.getPrivate(), List.of(root)),
            Permitted.hosts(Set.of("example.com")),
            clock);
    assertEquals(root, authority.root());
    assertTrue(isTaken(authority, "example.com", Purpose.INTERCEPT));
    assertFalse(isTaken(authority, "other.example", Purpose.INTERCEPT));
  }

  @Test
  void aCertificateThatMayNotSignIssuersIsRefused() {
    Authority any = Authority.inMemory(new Permitted.Anything(), clock);
    Issuer issuer = any.issuer(Purpose.INTERCEPT);
    OwnKey tooLow = new OwnKey(issuer.key(), List.of(issuer.certificate()));
    AuthorityException low =
        assertThrows(
            AuthorityException.class,
            () -> Authority.given(() -> tooLow, new Permitted.Anything(), clock));
    assertTrue(low.sentence().contains("path length of 1"), low.sentence());
    KeyPair keys = certificates.newKeys();
    X509Certificate leaf =
        certificates.leaf("a.example", Purpose.REFUSE, keys.getPublic(), issuer, clock.instant());
    AuthorityException none =
        assertThrows(
            AuthorityException.class,
            () ->
                Authority.given(
                    () -> new OwnKey(keys.getPrivate(), List.of(leaf)),
                    new Permitted.Anything(),
                    clock));
    assertTrue(none.sentence().contains("may not sign"), none.sentence());
  }

  @Test
  void tooManyNamesAreRefused() {
    List<String> most =
        java.util.stream.IntStream.range(0, Permitted.MAX_NAMES)
            .mapToObj(i -> "h" + i + ".example")
            .toList();
    assertTrue(Permitted.hosts(most).permits("h0.example"));
    List<String> more = new java.util.ArrayList<>(most);
    more.add("one-more.example");
    assertThrows(IllegalArgumentException.class, () -> Permitted.hosts(more));
  }

  private X509Certificate leaf(Authority authority, String host, Purpose purpose) {
    KeyPair keys = certificates.newKeys();
    return certificates.leaf(
        host, purpose, keys.getPublic(), authority.issuer(purpose), clock.instant());
  }

  /// Whether the JDK's own validation takes a leaf for this host.
  private boolean isTaken(Authority authority, String host, Purpose purpose) throws Exception {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.root(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(clock.instant()));
    List<X509Certificate> chain =
        List.of(leaf(authority, host, purpose), authority.issuerCertificate(purpose));
    try {
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
      return true;
    } catch (CertPathValidatorException e) {
      return false;
    }
  }
}
