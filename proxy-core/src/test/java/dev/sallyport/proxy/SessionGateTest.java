package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// By what the events of one session are found, through every door.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class SessionGateTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes: {web: {allow: [listed.example.com]}}
      profiles: {all: {classes: [web]}}
      assign: [{any: true, profile: all}, {anonymous: true, profile: all}]
      """;
  private static final String SETTINGS =
      """
      listen: [{name: main, address: 127.0.0.1, port: 0, socks: true}]
      identity: {tokens: t.yaml}
      gateway: {bases: {anthropic: "https://llm.example.com"}}
      """;
  private static final String NAMED = "x-claude-code-session-id: s-1\r\n";

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  SessionGateTest(Transport transport) {
    this.transport = transport;
  }

  private static String authorization(String user, String secret) {
    return "Proxy-Authorization: Basic "
        + Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(UTF_8))
        + "\r\n";
  }

  private static String get(String fields) {
    return "GET http://a.example.com/ HTTP/1.1\r\nHost: a.example.com\r\n" + fields + "\r\n";
  }

  private static String connect(String fields) {
    return "CONNECT a.example.com:443 HTTP/1.1\r\nHost: a.example.com\r\n" + fields + "\r\n";
  }

  /// RFC 1928 and RFC 1929.
  private static void socks(Wire client, String user, String secret) throws IOException {
    client.send("\u0005\u0001\u0002").read(2);
    String credentials = (char) user.length() + user + (char) secret.length() + secret;
    client.send("\u0001" + credentials).read(2);
    String name = "a.example.com";
    client.send("\u0005\u0001\u0000\u0003" + (char) name.length() + name + "\u0001\u00bb").read(2);
  }

  private static String joined(JsonNode event) {
    return event.path("sallyport.session.joined").asText("none")
        + " "
        + event.path("session.id").asText("-");
  }

  @Test
  void theSessionOfATokenIsFoundThroughEveryDoor() throws Exception {
    TokenFile tokens = new TokenFile(folder.resolve("t.yaml"));
    String laptop = tokens.add("laptop", Map.of(), Instant.EPOCH).get().reveal();
    String other = tokens.add("other", Map.of(), Instant.EPOCH).get().reveal();
    String ours = authorization("laptop", laptop);
    try (TestGate gate = TestGate.start(transport, folder, SETTINGS, POLICY)) {
      try (Wire before = gate.client();
          Wire named = gate.client()) {
        before.send(get(ours)).answer();
        named.send(get(ours + NAMED)).answer();
        named.send(get(ours)).answer();
        before.send(get(ours)).answer();
      }
      for (String door :
          List.of(
              connect(ours),
              "GET /gateway/@laptop:"
                  + laptop
                  + "/anthropic/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
              connect(authorization("other", other)),
              connect(authorization("laptop+run=2", laptop)),
              connect(""))) {
        try (Wire client = gate.client()) {
          client.send(door).answer();
        }
      }
      try (Wire client = gate.client()) {
        socks(client, "laptop", laptop);
      }
      gate.awaitDecisions(10);
      List<JsonNode> events = gate.events("decision");
      assertEquals(
          List.of(
              "none -",
              "header s-1",
              "connection s-1",
              "session s-1",
              "session s-1",
              "session s-1",
              "none -",
              "none -",
              "none -",
              "session s-1"),
          events.stream().map(SessionGateTest::joined).toList());
      String own = events.getFirst().path("sallyport.session.id").asText();
      assertFalse(own.isEmpty());
      for (int i : new int[] {1, 2, 3, 4, 5, 9}) {
        assertEquals(own, events.get(i).path("sallyport.session.id").asText());
      }
      assertNotEquals(own, events.get(6).path("sallyport.session.id").asText());
      assertNotEquals(own, events.get(7).path("sallyport.session.id").asText());
      assertFalse(events.get(8).has("sallyport.session.id"));
    }
  }
}
