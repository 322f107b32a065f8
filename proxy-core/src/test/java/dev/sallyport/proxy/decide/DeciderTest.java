package dev.sallyport.proxy.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Requested;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.PolicyLoader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeciderTest {
  private static final Policy POLICY =
      Policies.of(
          "{host: a.example.com, scheme: any}",
          "{address: 10.1.0.0/16}",
          "{any: true, accept-risk: test}");

  private static Decider decider(Optional<Cidr> nat64) {
    return new Decider(POLICY, nat64, () -> false);
  }

  private static Identified asking(String method, Destination to) {
    Accepted accepted =
        new Accepted(
            "01",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 5),
            "main",
            false,
            Instant.EPOCH);
    return new Identified(
        new Requested(
            accepted,
            "02",
            Instant.EPOCH,
            Entrance.CONNECT,
            to,
            new RequestFacts(method, "", -1, Optional.empty())),
        Policies.CLIENT);
  }

  private static String decided(Decider decider, String method, Destination to) {
    Decision decision = decider.decide(asking(method, to), Optional.empty());
    assertEquals(decision.permit().isPresent(), decision.outcome().code().equals("allow"));
    return decision.outcome().code() + " " + decision.reason().code();
  }

  /// A literal is judged before anything is dialled; each beside its neighbour over the border.
  @ParameterizedTest
  @CsvSource({
    "10.1.0.0, allow listed",
    "10.1.255.255, allow listed",
    "10.2.0.0, deny address-not-allowed",
    "127.0.0.1, deny address-not-allowed",
    "169.254.169.254, deny address-not-allowed",
    "[::1], deny address-not-allowed",
    "[::ffff:10.2.0.1], deny address-not-allowed",
    "[64:ff9b::a02:1], deny address-not-allowed",
    "93.184.215.14, allow listed",
  })
  void guardsLiterals(String host, String expected) {
    Decider decider = decider(Optional.empty());
    assertEquals(expected, decided(decider, "CONNECT", Policies.https(host)));
  }

  @Test
  void judgesTheAddressInsideTheNetworksOwnTranslation() throws Exception {
    Destination to = Policies.https("[2a00:1:2::10.2.0.1]");
    Decider without = decider(Optional.empty());
    assertEquals("allow listed", decided(without, "CONNECT", to));
    Decider with = decider(Optional.of(Cidr.parse("2a00:1:2::/96")));
    assertEquals("deny address-not-allowed", decided(with, "CONNECT", to));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, a.example.com, allow listed",
    "TRACE, a.example.com, deny method-not-allowed",
    "TRACE, denied.example, deny denied-by-rule",
  })
  void refusesTrace(String method, String host, String expected) {
    Decider decider = decider(Optional.empty());
    assertEquals(expected, decided(decider, method, Policies.http(host)));
  }

  @Test
  void keepsWhatHadAllowedItInTheRecord() {
    Decider decider = decider(Optional.empty());
    Decision decision =
        decider.decide(asking("CONNECT", Policies.https("127.0.0.1")), Optional.empty());
    assertEquals("web", decision.trafficClass().orElseThrow().name());
    assertEquals("all", decision.profile().orElseThrow());
    assertTrue(decision.rule().isPresent());
  }

  @Test
  void decidesByThePolicyInForce() {
    Decider decider = decider(Optional.empty());
    Policy next = Policies.of("{host: b.example.com}");
    decider.swap(next);
    assertEquals(next.stamp(), decider.policy().stamp());
    assertEquals("deny not-listed", decided(decider, "CONNECT", Policies.https("a.example.com")));
  }

  /// A client without a profile is asked for credentials where there are any to show.
  @ParameterizedTest
  @CsvSource({"true, deny credentials-missing", "false, deny unassigned"})
  void asksWhoHasNoProfile(boolean credentials, String expected) throws Exception {
    String text =
        Policies.allowing("{host: a.example.com}").replace("anonymous: true", "token: \"ci-*\"");
    Policy policy = PolicyLoader.load("policy.yaml", text);
    Decider decider = new Decider(policy, Optional.empty(), () -> credentials);
    assertEquals(expected, decided(decider, "CONNECT", Policies.https("a.example.com")));
    assertEquals(
        "deny denied-by-rule", decided(decider, "CONNECT", Policies.https("denied.example")));
  }

  @Test
  void saysWhetherAPermitExtendsToAnAddress() {
    Decider decider = decider(Optional.empty());
    var permit = Policies.permit(POLICY, Policies.https("a.example.com"));
    assertTrue(decider.permits(permit, InetAddress.ofLiteral("93.184.215.14")));
    assertFalse(decider.permits(permit, InetAddress.ofLiteral("10.1.0.1")));
  }
}
