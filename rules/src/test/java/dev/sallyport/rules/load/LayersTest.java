package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.Kill.Target;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.ReportMode;
import dev.sallyport.rules.Switches;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What stands above a policy: switches thrown by hand, and the organisation's own policy.
class LayersTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final ClientIdentity CI = TestPolicy.token("ci-1");

  private static final Policy INNER =
      Loads.policy(
          Loads.HEAD
              + """
              classes:
                web:
                  upload-limit: 10MiB
                  allow:
                    - a.example
                    - b.example
                    - {domain: deep.example}
                    - {host: in.example, resolves-to: [10.1.0.0/16]}
                    - {host: raw.example, tunnel: any}
                other: {allow: [b.example, o.example]}
              deny: [{host: denied-below.example}]
              profiles: {all: {classes: [web, other]}}
              assign: [{any: true, profile: all}]
              exceptions:
                - {id: EX-1, class: web, allow: e.example, reason: r, owner: o, expires: 2026-12-01T00:00:00Z}
              """);

  private static final Policy OUTER =
      Loads.policy(
          Loads.HEAD
              + """
              classes:
                org:
                  upload-limit: 1MiB
                  allow:
                    - a.example
                    - x.deep.example
                    - {host: in.example, resolves-to: [10.1.2.0/24]}
                    - {host: raw.example, sni: absent}
                    - {host: outer-only.example}
                seen: {intercept: true, allow: [o.example]}
              deny: [{host: denied-above.example}, {host: unlisted-anywhere.example}]
              profiles: {org: {classes: [org, seen]}}
              assign: [{any: true, profile: org}]
              """);

  private static final Policy BOTH = INNER.within(OUTER);

  private static Decision ask(Policy policy, String url) {
    return policy.decide(CI, TestPolicy.to(url), NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, listed",
    "b.example, not-listed",
    "outer-only.example, not-listed",
    "x.deep.example, listed",
    "y.deep.example, not-listed",
    "denied-above.example, denied-by-rule",
    "unlisted-anywhere.example, denied-by-rule",
    "denied-below.example, denied-by-rule",
  })
  void onlyWhatBothAllowIsAllowed(String host, String reason) {
    assertEquals(reason, ask(BOTH, "https://" + host).reason().code());
  }

  @Test
  void ofBothTheStricterCounts() {
    Permit inside = ask(BOTH, "https://in.example").permit().orElseThrow();
    Permit raw = ask(BOTH, "https://raw.example").permit().orElseThrow();
    Decision seen = ask(BOTH, "https://o.example");
    Permit deep = ask(BOTH, "https://x.deep.example").permit().orElseThrow();
    assertAll(
        () -> assertTrue(inside.permits(Addresses.parse("10.1.2.3"), Optional.empty())),
        () -> assertFalse(inside.permits(Addresses.parse("10.1.3.3"), Optional.empty())),
        () -> assertTrue(inside.namesRanges()),
        () -> assertEquals(TunnelRule.Opening.TLS_NAME_OPTIONAL, raw.tunnel().opening()),
        () -> assertEquals(Optional.of(1L << 20), raw.duties().uploadLimit()),
        () -> assertEquals(Treatment.INTERCEPT, seen.treatment()),
        () -> assertEquals(Optional.of(new TrafficClass("other")), seen.trafficClass()),
        () -> assertTrue(deep.namesOneHost()));
  }

  @Test
  void theVersionIsMadeOfBoth() {
    assertAll(
        () -> assertEquals(INNER.stamp().name(), BOTH.stamp().name()),
        () -> assertNotEquals(INNER.stamp().version(), BOTH.stamp().version()),
        () -> assertEquals(BOTH.stamp(), ask(BOTH, "https://a.example").policy()),
        () -> assertEquals(BOTH.stamp(), ask(BOTH, "https://b.example").policy()),
        () -> assertEquals(BOTH.stamp(), INNER.within(OUTER).stamp()));
  }

  private static Kill kill(Target target) {
    return new Kill(target, "leak", "root", NOW);
  }

  private static Policy killing(Target target) {
    return BOTH.under(Switches.of(List.of(kill(target)), List.of()));
  }

  private static Target host(String name) {
    return new Target.To(new HostPattern.Domain(TestPolicy.name(name)));
  }

  @Test
  void theKillSwitchIsAskedFirst() {
    String url = "https://a.example";
    Decision killed = ask(killing(host("a.example")), url);
    assertAll(
        () -> assertEquals(Reason.KILLED, killed.reason()),
        () -> assertEquals("kill:host a.example", killed.rule().orElseThrow().id()),
        () -> assertEquals("leak", killed.detail()),
        () ->
            assertEquals(
                Reason.KILLED,
                ask(killing(host("deep.example")), "http://x.deep.example:81").reason()),
        () ->
            assertEquals(
                Reason.KILLED,
                ask(killing(host("denied-above.example")), "https://denied-above.example")
                    .reason()),
        () -> assertEquals(Reason.LISTED, ask(killing(host("xa.example")), url).reason()),
        () ->
            assertEquals(
                Reason.KILLED,
                ask(killing(new Target.Everything()), "https://nowhere.example").reason()),
        () -> assertEquals(Reason.KILLED, ask(killing(new Target.Client("ci-1")), url).reason()),
        () -> assertEquals(Reason.LISTED, ask(killing(new Target.Client("ci-2")), url).reason()),
        () ->
            assertEquals(
                Reason.KILLED,
                ask(killing(new Target.From(Cidr.of("192.0.2.0/24"))), url).reason()),
        () ->
            assertEquals(
                Reason.LISTED,
                ask(killing(new Target.From(Cidr.of("192.0.3.0/24"))), url).reason()),
        () ->
            assertEquals(
                Optional.of(Reason.KILLED), killing(host("a.example")).forbids(TestPolicy.to(url))),
        () ->
            assertEquals(
                Optional.of(Reason.KILLED),
                killing(new Target.Everything()).forbids(TestPolicy.to(url))),
        () ->
            assertEquals(
                Optional.of(Reason.DENIED_BY_RULE),
                BOTH.forbids(TestPolicy.to("https://denied-above.example"))),
        () -> assertEquals(Optional.empty(), BOTH.forbids(TestPolicy.to(url))));
  }

  @Test
  void aLiteralIsKilledByItsRange() {
    Target range = new Target.To(new HostPattern.Addresses(Cidr.of("203.0.113.0/24")));
    assertEquals(Reason.KILLED, ask(killing(range), "https://203.0.113.9").reason());
    assertEquals(Reason.NOT_LISTED, ask(killing(range), "https://203.0.114.9").reason());
    assertEquals("host 203.0.113.0/24", range.toString());
  }

  @Test
  void noOtherClassStepsInForAKilledOne() {
    Policy inner =
        INNER.under(Switches.of(List.of(kill(new Target.As(new TrafficClass("web")))), List.of()));
    Policy outer = killing(new Target.As(new TrafficClass("org")));
    assertAll(
        () -> assertEquals(Reason.KILLED, ask(inner, "https://b.example").reason()),
        () -> assertEquals(Reason.LISTED, ask(inner, "https://o.example").reason()),
        () -> assertEquals(Reason.NOT_LISTED, ask(inner, "https://nowhere.example").reason()),
        () -> assertEquals(Reason.KILLED, ask(outer, "https://a.example").reason()),
        () -> assertEquals(Reason.LISTED, ask(outer, "https://o.example").reason()));
  }

  @Test
  void aBrokenGlassLetsThroughWhatNobodyListedUntilItsEnd() {
    BreakGlass glass = new BreakGlass("BG-1", "outage", "root", NOW, NOW.plusSeconds(60));
    Policy open = BOTH.under(Switches.of(List.of(), List.of(glass)));
    assertAll(
        () -> assertEquals(Reason.REPORTED, ask(open, "https://nowhere.example").reason()),
        () -> assertEquals(Reason.REPORTED, ask(open, "https://b.example").reason()),
        () -> assertEquals(Reason.LISTED, ask(open, "https://a.example").reason()),
        () ->
            assertEquals(Reason.DENIED_BY_RULE, ask(open, "https://denied-above.example").reason()),
        () ->
            assertEquals(Reason.DENIED_BY_RULE, ask(open, "https://denied-below.example").reason()),
        () ->
            assertEquals(
                Reason.UNASSIGNED,
                open.decide(
                        TestPolicy.anonymous("192.0.2.1"), TestPolicy.to("https://a.example"), NOW)
                    .reason()),
        () ->
            assertEquals(
                Reason.NOT_LISTED,
                open.decide(CI, TestPolicy.to("https://b.example"), NOW.plusSeconds(60)).reason()),
        () -> assertEquals(Optional.of(glass.until()), open.nextChange(NOW)),
        () -> assertEquals(Optional.of(glass), open.switches().brokenAt(NOW)),
        () -> assertEquals(List.of(glass), open.switches().glasses()));
  }

  @Test
  void reportingRelaxesWhatStandsBelowAndNotTheBounds() {
    Policy reporting = BOTH.reporting(new ReportMode("dev", NOW.plusSeconds(9)));
    Policy alone = OUTER.within(OUTER).reporting(new ReportMode("dev", NOW.plusSeconds(9)));
    assertAll(
        () -> assertEquals(Reason.REPORTED, ask(reporting, "https://outer-only.example").reason()),
        () -> assertEquals(Reason.NOT_LISTED, ask(reporting, "https://nowhere.example").reason()),
        () -> assertEquals(Reason.NOT_LISTED, ask(alone, "https://nowhere.example").reason()),
        () -> assertEquals(Reason.LISTED, ask(alone, "https://a.example").reason()));
  }

  @Test
  void aProfileReachesWhatBothReach() {
    assertAll(
        () -> assertTrue(BOTH.reaches("all", TestPolicy.to("https://a.example"), NOW)),
        () -> assertFalse(BOTH.reaches("all", TestPolicy.to("https://b.example"), NOW)),
        () -> assertTrue(INNER.reaches("all", TestPolicy.to("https://b.example"), NOW)),
        () -> assertFalse(INNER.reaches("none", TestPolicy.to("https://b.example"), NOW)));
  }

  @Test
  void theNextChangeIsTheNextEnd() {
    Instant end = Instant.parse("2026-12-01T00:00:00Z");
    assertAll(
        () -> assertEquals(Optional.of(end), BOTH.nextChange(NOW)),
        () -> assertEquals(Optional.of(end), BOTH.nextChange(end.minusNanos(1))),
        () -> assertEquals(Optional.empty(), BOTH.nextChange(end)),
        () -> assertEquals(1, BOTH.exceptions().size()),
        () -> assertEquals("org", BOTH.above().orElseThrow().profiles().getFirst().name()));
  }
}
