package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The small values and the words that they go by.
class WordsTest {
  @Test
  void codesAreTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertAll(
          () -> assertEquals("listener", IdentityMethod.LISTENER.code()),
          () -> assertEquals("none", IdentityMethod.NONE.code()),
          () -> assertEquals("allow", Outcome.ALLOW.code()),
          () -> assertEquals("deny", Outcome.DENY.code()),
          () -> assertEquals("ask", Outcome.ASK.code()),
          () -> assertEquals("https", Scheme.HTTPS.text()),
          () -> assertEquals("tunnel", Treatment.TUNNEL.code()),
          () -> assertEquals("intercept", Treatment.INTERCEPT.code()),
          () -> assertEquals("after-approval", Retry.AFTER_APPROVAL.code()),
          () -> assertEquals("later", Retry.LATER.code()),
          () -> assertEquals("never", Retry.NEVER.code()));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aDestinationPrintsAsAUrlAndAsAnAuthority() {
    assertAll(
        () -> assertEquals("https://x.test", TestPolicy.to("https://x.test:443").url()),
        () -> assertEquals("https://x.test:80", TestPolicy.to("https://x.test:80").toString()),
        () -> assertEquals("http://x.test", TestPolicy.to("http://x.test:80").url()),
        () -> assertEquals("https://[::1]:8443", TestPolicy.to("https://[::1]:8443").url()),
        () -> assertEquals("[::1]:443", TestPolicy.to("https://[::1]").authority()),
        () -> assertEquals("x.test:443", TestPolicy.to("https://x.test").authority()));
  }

  @Test
  void aPortIsOneTo65535() {
    Host host = TestPolicy.name("x.test");
    assertEquals(1, new Destination(Scheme.HTTP, host, 1).port());
    assertEquals(65_535, new Destination(Scheme.HTTP, host, 65_535).port());
    assertThrows(IllegalArgumentException.class, () -> new Destination(Scheme.HTTP, host, 0));
    assertThrows(IllegalArgumentException.class, () -> new Destination(Scheme.HTTP, host, 65_536));
  }

  @Test
  void whoIsProvenAndWhoIsAnonymous() {
    ClientIdentity anonymous = ClientIdentity.anonymous(Cidr.of("192.0.2.1").network(), "main");
    assertAll(
        () -> assertTrue(TestPolicy.token("t").isProven()),
        () -> assertFalse(TestPolicy.token("t").isAnonymous()),
        () -> assertEquals(Optional.of("t"), TestPolicy.token("t").userName()),
        () -> assertTrue(TestPolicy.ownClient().isProven()),
        () -> assertTrue(TestPolicy.ownClient().isAnonymous()),
        () -> assertEquals(Optional.empty(), TestPolicy.ownClient().userName()),
        () -> assertFalse(anonymous.isProven()),
        () -> assertTrue(anonymous.isAnonymous()));
  }

  @Test
  void anAssignmentWithoutAConditionWouldMatchEverybody() {
    RuleRef ref = new RuleRef("r", new Place("p.yaml", 3, 5));
    assertThrows(IllegalArgumentException.class, () -> new Assignment(List.of(), "dev", ref));
    assertEquals("p.yaml:3:5", ref.place().toString());
    assertEquals("p.yaml:3", ref.place().fileAndLine());
  }

  @Test
  void aWholeFileHasNoLine() {
    assertEquals("SALLYPORT_AUDIT_FILE", Place.whole("SALLYPORT_AUDIT_FILE").toString());
    assertEquals("p.yaml", Place.whole("p.yaml").fileAndLine());
  }

  @Test
  void onlyAnExactNameIsExact() {
    assertTrue(TestPolicy.host("x.test").isExact());
    for (HostPattern hosts :
        List.of(
            TestPolicy.below("x.test"),
            TestPolicy.domain("x.test"),
            TestPolicy.address("10.0.0.0/32"),
            TestPolicy.any())) {
      assertFalse(hosts.isExact());
    }
  }

  @Test
  void aClassPrintsAsItsName() {
    assertEquals("model", new TrafficClass("model").toString());
  }
}
