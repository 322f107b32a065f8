package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.TrafficClass;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutePlannerTest {
  private final TestSettings settings = new TestSettings();

  @Test
  void withoutSettingsItGoesToTheDestination() {
    assertEquals(new RoutePlan.Direct(), plan(Permits.https("example.com", 443)));
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, 443, example.com, 443, true",
    "'', 443, example.com, 443, true",
    "example.com, 0, example.com, 443, true",
    "'', 0, example.com, 443, true",
    "example.org, 443, example.com, 443, false",
    "example.com, 80, example.com, 443, false",
    "example.com, 443, www.example.com, 443, false",
    "192.0.2.1, 443, 192.0.2.1, 443, true",
  })
  void connectToFitsByHostAndPort(
      String lineHost, int linePort, String host, int port, boolean fits) {
    settings.connectTo(lineHost, linePort, "target.test", 9);
    RoutePlan expected =
        fits ? new RoutePlan.ConnectTo(Permits.host("target.test"), 9) : new RoutePlan.Direct();
    assertEquals(expected, plan(permitFor(host, port)));
  }

  private static Permit permitFor(String host, int port) {
    return host.equals("192.0.2.1")
        ? Permits.literal(host, port, "192.0.2.1/32")
        : Permits.https(host, port);
  }

  @Test
  void theFirstLineThatFitsDecides() {
    settings
        .connectTo("other.test", 0, "wrong.test", 1)
        .connectTo("example.com", 0, "first.test", 2)
        .connectTo("", 0, "second.test", 3);
    assertEquals(
        new RoutePlan.ConnectTo(Permits.host("first.test"), 2),
        plan(Permits.https("example.com", 443)));
  }

  @Test
  void connectToComesBeforeTheParent() {
    settings.parent("parent.test", 8080).connectTo("example.com", 0, "target.test", 9);
    assertInstanceOf(RoutePlan.ConnectTo.class, plan(Permits.https("example.com", 443)));
    assertInstanceOf(
        RoutePlan.ParentTunnelByName.class, plan(Permits.https("www.example.com", 443)));
  }

  @Test
  void throughTheParentHttpsIsATunnelAndHttpARequest() {
    settings.parent("parent.test", 8080);
    Parents.Parent parent = settings.build().upstream().parents().https().orElseThrow();
    assertEquals(new RoutePlan.ParentTunnelByName(parent), plan(Permits.https("example.com", 443)));
    assertEquals(new RoutePlan.ParentRequests(parent), plan(Permits.http("example.com", 80)));
  }

  @Test
  void whatIsVettedHereGoesUpByAddress() {
    settings.parent("parent.test", 8080);
    assertInstanceOf(
        RoutePlan.ParentTunnelByAddress.class,
        plan(Permits.https("example.com", 443, "10.0.0.0/8")));
    assertInstanceOf(
        RoutePlan.ParentTunnelByAddress.class, plan(Permits.http("example.com", 80, "10.0.0.0/8")));
    settings.resolveAtGate();
    assertInstanceOf(
        RoutePlan.ParentTunnelByAddress.class, plan(Permits.https("example.com", 443)));
    assertInstanceOf(
        RoutePlan.ParentTunnelByName.class,
        plan(Permits.literal("192.0.2.1", 443, "192.0.2.1/32")));
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, true",
    "example.com, www.example.com, true",
    "example.com, a.b.example.com, true",
    "example.com, notexample.com, false",
    "example.com, com, false",
    "www.example.com, example.com, false",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "[2001:db8::1], [2001:db8:0::1], true",
    "2001:db8::1, [2001:db8:0::1], true",
    "2001:db8::/32, [2001:db8::1], true",
    ".example.com, www.example.com, true",
    ".example.com, example.com, false",
    "example.com:443, example.com, true",
    "example.com:8443, example.com, false",
    "192.0.2.0/24, 192.0.2.1, true",
    "192.0.2.0/31, 192.0.2.2, false",
    "192.0.2.1:443, 192.0.2.1, true",
    "192.0.2.1:80, 192.0.2.1, false",
    "192.0.2.0/24, example.com, false",
  })
  void noProxyIsAHostWithWhatIsBelowItOrAnAddress(String past, String host, boolean direct) {
    settings.parent("parent.test", 8080).noProxy(past);
    boolean literal = host.startsWith("192") || host.startsWith("[");
    Permit permit =
        literal
            ? Permits.literal(host, 443, host.startsWith("[") ? "2001:db8::/32" : "192.0.2.0/24")
            : Permits.https(host, 443);
    assertEquals(direct, plan(permit) instanceof RoutePlan.Direct);
  }

  @Test
  void aClassMayHaveAWayOfItsOwn() {
    settings
        .parent("parent.test", 8080)
        .httpParent("plain.test", 8081)
        .classParent("packages", "", 0)
        .classParent("model", "model.test", 8082)
        .noProxy("past.example");
    assertEquals("parent.test", tunnelled(Permits.https("example.com", 443), ""));
    assertEquals("parent.test", tunnelled(Permits.https("example.com", 443), "webfetch"));
    assertEquals("model.test", tunnelled(Permits.https("example.com", 443), "model"));
    assertInstanceOf(
        RoutePlan.Direct.class, planned(Permits.https("example.com", 443), "packages"));
    assertInstanceOf(RoutePlan.Direct.class, planned(Permits.http("example.com", 80), "packages"));
    assertInstanceOf(RoutePlan.Direct.class, planned(Permits.https("past.example", 443), "model"));
    assertEquals("plain.test", requested(Permits.http("example.com", 80), "webfetch"));
    assertEquals("model.test", requested(Permits.http("example.com", 80), "model"));
  }

  private String tunnelled(Permit permit, String of) {
    return assertInstanceOf(RoutePlan.ParentTunnelByName.class, planned(permit, of))
        .parent()
        .host()
        .text();
  }

  private String requested(Permit permit, String of) {
    return assertInstanceOf(RoutePlan.ParentRequests.class, planned(permit, of))
        .parent()
        .host()
        .text();
  }

  private RoutePlan planned(Permit permit, String of) {
    Settings built = settings.build();
    return new RoutePlanner(built.connectTo(), built.upstream())
        .plan(permit, of.isEmpty() ? Optional.empty() : Optional.of(new TrafficClass(of)));
  }

  private RoutePlan plan(Permit permit) {
    Settings built = settings.build();
    return new RoutePlanner(built.connectTo(), built.upstream()).plan(permit, Optional.empty());
  }
}
