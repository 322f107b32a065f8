package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Permit;
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
    Settings.Parent parent = settings.build().upstream().proxy().orElseThrow();
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
  })
  void noProxyIsAHostWithWhatIsBelowItOrAnAddress(String past, String host, boolean direct) {
    settings.parent("parent.test", 8080).noProxy(past);
    boolean literal = past.equals("192.0.2.1") || past.startsWith("[");
    Permit permit =
        literal
            ? Permits.literal(host, 443, host.startsWith("[") ? "2001:db8::/32" : "192.0.2.0/24")
            : Permits.https(host, 443);
    assertEquals(direct, plan(permit) instanceof RoutePlan.Direct);
  }

  private RoutePlan plan(Permit permit) {
    Settings built = settings.build();
    return new RoutePlanner(built.connectTo(), built.upstream()).plan(permit);
  }
}
