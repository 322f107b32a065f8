package dev.sallyport.rules;

import static dev.sallyport.rules.TestPolicy.address;
import static dev.sallyport.rules.TestPolicy.allow;
import static dev.sallyport.rules.TestPolicy.below;
import static dev.sallyport.rules.TestPolicy.domain;
import static dev.sallyport.rules.TestPolicy.host;
import static dev.sallyport.rules.TestPolicy.policy;
import static dev.sallyport.rules.TestPolicy.ports;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.TestPolicy.Allow;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What changes a policy's version and what does not.
class PolicyVersionTest {
  private static String version(TestPolicy policy) {
    return policy.build().stamp().version();
  }

  private static TestPolicy base(Allow... entries) {
    return policy()
        .deny(host("bad.test"))
        .deny(host("worse.test"))
        .trafficClass("web", entries)
        .trafficClass("api", allow(host("y.test")))
        .profile("dev", "web", "api")
        .profile("ci", "api")
        .assign("ci", new Condition.TokenNamed("ci-*"))
        .assign("dev", new Condition.Proven());
  }

  @Test
  void theVersionIsASha256InHexadecimal() {
    PolicyStamp stamp = base(allow(host("x.test"))).named("acme").build().stamp();
    assertTrue(stamp.version().matches("[0-9a-f]{64}"), stamp.version());
    assertEquals("acme @ " + stamp.version().substring(0, 7), stamp.shortText());
    assertEquals("acme @ abc", new PolicyStamp("acme", "abc").shortText());
  }

  @Test
  void commentsAndLinesChangeNothing() {
    assertEquals(version(base(allow(host("x.test")))), version(base(allow(host("x.test")))));
    TestPolicy commented =
        policy()
            .comment(10)
            .trafficClass("api", allow(host("y.test")))
            .comment(3)
            .trafficClass("web", allow(host("x.test")))
            .profile("ci", "api")
            .profile("dev", "web", "api")
            .comment(1)
            .deny(host("worse.test"))
            .deny(host("bad.test"))
            .assign("ci", new Condition.TokenNamed("ci-*"))
            .assign("dev", new Condition.Proven());
    assertEquals(version(base(allow(host("x.test")))), version(commented));
  }

  @Test
  void testsAndWhereAnEntryCameFromChangeNothing() {
    String version = version(base(allow(host("x.test"))));
    assertEquals(
        version, version(base(allow(host("x.test")).catalog("acme/read").acceptRisk("me"))));
    TestPolicy tested =
        base(allow(host("x.test")))
            .expect(Outcome.ALLOW, "https://x.test", "dev", Optional.empty(), Optional.empty());
    assertEquals(version, version(tested));
  }

  @Test
  void everyChangeOfMeaningChangesIt() {
    HostPattern x = host("x.test");
    List<Allow> entries =
        List.of(
            allow(x),
            allow(host("z.test")),
            allow(below("x.test")),
            allow(domain("x.test")),
            allow(address("10.0.0.0/8")),
            allow(address("10.0.0.0/9")),
            allow(TestPolicy.any()),
            allow(x).scheme(SchemeRule.HTTP),
            allow(x).scheme(SchemeRule.ANY),
            allow(x).ports(ports(443)),
            allow(x).ports(ports(443, 8443)),
            allow(x).ports(new Ports.All()),
            allow(x).resolvesTo("10.0.0.0/8"),
            allow(x).resolvesTo("10.0.0.0/8", "11.0.0.0/8"),
            allow(x).opening(TunnelRule.Opening.TLS_NAME_OPTIONAL),
            allow(x).opening(TunnelRule.Opening.ANYTHING));
    Set<String> versions = new HashSet<>();
    for (Allow entry : entries) {
      assertTrue(versions.add(version(base(entry))), entry.toString());
    }
    assertTrue(versions.add(version(base())));
    assertTrue(versions.add(version(base(allow(x), allow(host("z.test"))))));
    assertTrue(
        versions.add(version(base(allow(host("z.test")), allow(x)))),
        "the order of entries decides");
    List<TestPolicy> others =
        List.of(
            base(allow(x)).named("other"),
            base(allow(x)).deny(host("third.test")),
            base(allow(x)).deny(host("bad.test"), SchemeRule.HTTP, new Ports.All()),
            base(allow(x)).deny(host("bad.test"), SchemeRule.ANY, ports(80)),
            base(allow(x)).trafficClass("more"),
            base(allow(x)).trafficClass("more", Treatment.INTERCEPT),
            base(allow(x)).profile("more"),
            base(allow(x)).profile("more", "web", "api"),
            base(allow(x)).profile("more", "api", "web"),
            base(allow(x)).assign("dev", new Condition.Anonymous()),
            base(allow(x)).assign("ci", new Condition.Anonymous()),
            base(allow(x)).assign("dev", new Condition.From(Cidr.of("10.0.0.0/8"))),
            base(allow(x)).assign("dev", new Condition.Through("lab")),
            base(allow(x)).assign("dev", new Condition.Through("lab"), new Condition.Anonymous()),
            base(allow(x)).assign("dev", new Condition.TokenNamed("lab")));
    for (TestPolicy other : others) {
      assertTrue(versions.add(version(other)), other.source().toString());
    }
  }

  @Test
  void theOrderOfAssignmentsChangesIt() {
    TestPolicy one =
        policy()
            .profile("a")
            .profile("b")
            .assign("a", new Condition.Proven())
            .assign("b", new Condition.Anonymous());
    TestPolicy other =
        policy()
            .profile("a")
            .profile("b")
            .assign("b", new Condition.Anonymous())
            .assign("a", new Condition.Proven());
    assertNotEquals(version(one), version(other));
  }

  /// A text of one field must not pass for further lines.
  @Test
  void textsCannotImitateOtherFields() {
    assertNotEquals(
        withContact("a\nrequest-url b", Optional.of("c")),
        withContact("a", Optional.of("b\nrequest-url c")));
    assertNotEquals(withContact("a\\n", Optional.empty()), withContact("a\n", Optional.empty()));
  }

  private static String withContact(String contact, Optional<String> requestUrl) {
    PolicySource source =
        new PolicySource(
            "acme",
            Map.of(),
            Optional.of(contact),
            requestUrl,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new Place("policy.yaml", 1, 1),
            List.of());
    return Policy.of(source).stamp().version();
  }

  @Test
  void theSourceIsACopyInTheOrderOfTheFile() {
    PolicySource source = base(allow(host("x.test"))).source();
    assertEquals(source, Policy.of(source).source());
    assertEquals("secops", source.owners().get("security"));
    assertEquals(Optional.of("#egress"), source.contact());
  }
}
