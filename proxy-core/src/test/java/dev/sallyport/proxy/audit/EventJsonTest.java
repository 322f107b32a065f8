package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.rules.Reason;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {
  /// The line without what differs from run to run.
  private static String line(AuditEvent event) {
    return ChainText.of(List.of(event))
        .replaceFirst("\"sallyport.event.id\":\"[^\"]{26}\",", "")
        .replaceFirst(",\"sallyport.hash\":\"[0-9a-f]{64}\"}\n", "}")
        .replace(Samples.POLICY.stamp().version(), "VERSION")
        .replace(Seal.NO_HASH, "ZEROS");
  }

  @Test
  void aDecision() {
    assertEquals(
        "{\"time\":\"2026-11-21T03:46:00.123456Z\",\"sallyport.seq\":1,"
            + "\"sallyport.event\":\"decision\","
            + "\"sallyport.connection.id\":\"01KAHQ0000000000000000CCCC\","
            + "\"sallyport.request.id\":\"01KAHQ0000000000000000RRRR\","
            + "\"client.address\":\"198.51.100.9\",\"client.port\":40000,"
            + "\"user.name\":\"ci-7\",\"sallyport.identity.method\":\"token\","
            + "\"sallyport.labels.branch\":\"main\",\"sallyport.labels.repository\":\"acme/shop\","
            + "\"sallyport.claimed.job\":\"build\","
            + "\"server.address\":\"evil.example\",\"server.port\":443,"
            + "\"url.scheme\":\"https\",\"sallyport.entrance\":\"connect\","
            + "\"sallyport.listener\":\"main\",\"http.request.method\":\"CONNECT\","
            + "\"http.response.status_code\":403,\"user_agent.original\":\"agent/1\","
            + "\"sallyport.profile\":\"developer\",\"sallyport.decision\":\"deny\","
            + "\"sallyport.reason\":\"not-listed\",\"sallyport.rule\":\"profile:developer\","
            + "\"sallyport.rule.source\":\"policy.yaml:12\",\"sallyport.mode\":\"enforce\","
            + "\"sallyport.policy.name\":\"acme-agents\","
            + "\"sallyport.policy.version\":\"VERSION\",\"sallyport.treatment\":\"tunnel\","
            + "\"sallyport.prev\":\"ZEROS\"}",
        line(Samples.refused()));
  }

  @Test
  void anEnd() {
    String line = line(Samples.closed());
    assertTrue(
        line.contains(
            "\"network.peer.address\":\"192.0.2.7\",\"network.peer.port\":443,"
                + "\"tls.client.server_name\":\"api.example.com\","
                + "\"tls.next_protocol\":\"h2,http/1.1\",\"url.scheme\":\"https\""),
        line);
    assertTrue(
        line.contains(
            "\"sallyport.route\":\"direct\",\"sallyport.bytes.sent\":1500,"
                + "\"sallyport.bytes.received\":34000,\"sallyport.duration_ms\":2100,"
                + "\"sallyport.end\":\"done\",\"sallyport.end.side\":\"client\","
                + "\"sallyport.prev\""),
        line);
  }

  @Test
  void aPlainRequest() {
    String line = line(Samples.plain("/a/ghp_abcdefghij", "x"));
    assertTrue(line.contains("\"url.path\":\"/a/***\",\"url.query.length\":12,"), line);
    assertTrue(line.contains("\"sallyport.entrance\":\"absolute-form\""), line);
  }

  static List<AuditEvent> all() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyEventIsAsTheSchemaSays(AuditEvent event) {
    EventSchemaAssert.assertValid(ChainText.of(List.of(event)));
  }

  @Test
  void noWordsOfAClientCanBreakTheLineOrItsForm() {
    for (int c = 0; c <= 0xffff; c += c < 0x300 ? 1 : 61) {
      String evil = "x" + (char) c + "\",\"sallyport.decision\":\"allow";
      String line = ChainText.of(List.of(Samples.plain("/" + evil, evil)));
      assertEquals(line.length() - 1, line.indexOf('\n'));
      RecordedEvent event = ChainText.parse(line);
      assertEquals(Optional.of("deny"), event.text(EventField.DECISION));
      boolean half = Character.isSurrogate((char) c);
      assertEquals(
          half ? evil.replace((char) c, '\ufffd') : evil,
          event.text(EventField.USER_AGENT).orElseThrow());
    }
  }

  @Test
  void anEncryptedHelloIsTold() {
    var event = Samples.closed();
    Subject subject = event.subject().with(new HelloFacts(Optional.empty(), List.of(), true));
    String line =
        line(new AuditEvent.Decided(event.at(), subject, event.decision(), OptionalInt.empty()));
    assertTrue(line.contains("\"sallyport.tls.encrypted_hello\":true"), line);
    assertFalse(line.contains("tls.next_protocol"), line);
    assertFalse(line.contains("tls.client.server_name"), line);
  }

  @Test
  void aClockThatWentBackGivesNoNegativeTime() {
    var closed = Samples.closed();
    var back =
        new AuditEvent.Closed(
            closed.at(),
            closed.subject(),
            closed.decision().withdrawn(Reason.POLICY_CHANGED),
            closed.route(),
            Optional.of(InetSocketAddress.createUnresolved("parent.example", 8080)),
            0,
            0,
            Duration.ofMillis(-5),
            closed.end(),
            closed.side(),
            closed.status());
    String line = ChainText.of(List.of(back));
    EventSchemaAssert.assertValid(line);
    assertTrue(line.contains("\"sallyport.duration_ms\":0,"), line);
    assertTrue(line.contains("\"network.peer.address\":\"parent.example\""), line);
  }

  @Test
  void detailsKeepTheirOrderAndCannotPassForOtherFields() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("sallyport.zeal", List.of("a", "b"));
    details.put("sallyport.policy.version", "v");
    details.put("sallyport.hash", "0");
    details.put("time", "now");
    details.put("sallyport.a b", true);
    details.put("sallyport.count", 3L);
    details.put("sallyport.policy.name", "n");
    String line =
        line(new AuditEvent.Administrative(Samples.AT, AuditEvent.Kind.POLICY_LOADED, details));
    assertEquals(
        "{\"time\":\"2026-11-21T03:46:00.123456Z\",\"sallyport.seq\":1,"
            + "\"sallyport.event\":\"policy.loaded\","
            + "\"sallyport.policy.name\":\"n\",\"sallyport.policy.version\":\"v\","
            + "\"sallyport.zeal\":[\"a\",\"b\"],\"sallyport.detail.sallyport.hash\":\"0\","
            + "\"sallyport.detail.time\":\"now\",\"sallyport.a_b\":true,\"sallyport.count\":3,"
            + "\"sallyport.prev\":\"ZEROS\"}",
        line);
  }

  @Test
  void anEventThatCannotBeWrittenLeavesNoTrace() {
    Chain chain = new Chain(ChainHead.NONE);
    chain.add(Samples.allowed());
    String before = StandardCharsets.UTF_8.decode(chain.lines()).toString();
    Map<String, Object> broken = new HashMap<>();
    broken.put(
        "sallyport.x",
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("broken");
          }
        });
    assertThrows(
        IllegalStateException.class,
        () -> chain.add(new AuditEvent.Administrative(Samples.AT, AuditEvent.Kind.STOP, broken)));
    assertEquals(before, StandardCharsets.UTF_8.decode(chain.lines()).toString());
    assertEquals(1, chain.events());
  }
}
