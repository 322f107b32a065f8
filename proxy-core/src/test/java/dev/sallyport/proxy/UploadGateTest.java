package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// `upload-limit`: at the limit passes, one octet past it ends the connection.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class UploadGateTest {
  private static final int LIMIT = 1024;
  private static final String LENGTH = "content-length: ";
  private static final String TUNNEL = "{host: t.example.com, tunnel: any}";
  private static final String PLAIN = "{host: p.example.com, scheme: http}";

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  UploadGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin) throws Exception {
    return TestGate.start(
        transport,
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}\n",
        Policies.allowing(TUNNEL, PLAIN).replace("  web:\n", "  web:\n    upload-limit: 1KiB\n"));
  }

  @Test
  void aTunnelMaySendTheLimitAndNotOneOctetMore() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("t.example.com:443")) {
      String half = "x".repeat(LIMIT / 2);
      assertEquals(half, client.send(half).read(LIMIT / 2));
      assertEquals(half, client.send(half).read(LIMIT / 2));
      client.send("!");
      assertTrue(client.ends());
      assertEquals(List.of("upload-limit gate"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed", "deny upload-limit"), gate.decisions());
      JsonNode close = gate.events("close").getFirst();
      assertEquals(LIMIT, close.path("sallyport.bytes.sent").asInt(), close::toString);
    }
  }

  private static String post(int length) {
    return "POST http://p.example.com/ HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + "b".repeat(length);
  }

  /// How much of the limit the head of such a request takes: what the record says went up.
  private int headOctets(TestGate gate) {
    return gate.events("close").getFirst().path("sallyport.bytes.sent").asInt();
  }

  private static TestOrigin answering() throws Exception {
    return TestOrigin.start(
        (client, self) -> {
          for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
            int length =
                head.lines()
                    .filter(line -> line.regionMatches(true, 0, LENGTH, 0, LENGTH.length()))
                    .mapToInt(line -> Integer.parseInt(line.substring(LENGTH.length())))
                    .sum();
            client.read(length);
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          }
        });
  }

  @Test
  void requestsOfOneConnectionCountTogether() throws Exception {
    try (TestOrigin origin = answering();
        TestGate gate = gate(origin)) {
      try (Wire first = gate.client()) {
        first.send(post(0));
        assertTrue(first.head().startsWith("HTTP/1.1 200 "));
        assertEquals("ok", first.read(2));
      }
      gate.awaitEnds(1);
      int head = headOctets(gate);
      int most = LIMIT - 2 * head - 2; // its length takes two digits more
      try (Wire client = gate.client()) {
        client.send(post(0));
        assertTrue(client.head().startsWith("HTTP/1.1 200 "));
        assertEquals("ok", client.read(2));
        client.send(post(most));
        String answer = client.head();
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        assertEquals("ok", client.read(2));
        Wire.Answer refused = client.send(post(0)).answer();
        assertEquals(403, refused.status());
        assertTrue(refused.body().contains("upload-limit"), refused::body);
      }
      gate.awaitDecisions(5);
      assertEquals("deny upload-limit", gate.decisions().getLast());
    }
  }

  @Test
  void aBodyThatWouldPassTheLimitIsRefusedOnItsHead() throws Exception {
    try (TestOrigin origin = answering();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(post(LIMIT + 1));
      assertTrue(client.head().startsWith("HTTP/1.1 403 "));
      assertTrue(client.restOfText().contains("upload-limit"));
      assertEquals(List.of("upload-limit gate"), gate.awaitEnds(1));
      assertEquals(0, headOctets(gate));
      assertEquals(List.of("allow listed", "deny upload-limit"), gate.awaitDecisions(2));
    }
  }

  @Test
  void aBodyOfUnknownLengthEndsWhereItPassesTheLimit() throws Exception {
    try (TestOrigin origin = answering();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          "POST http://p.example.com/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "400\r\n"
              + "b".repeat(LIMIT)
              + "\r\n");
      assertTrue(client.head().startsWith("HTTP/1.1 403 "));
      assertTrue(client.restOfText().contains("upload-limit"));
      assertEquals(List.of("upload-limit gate"), gate.awaitEnds(1));
    }
  }
}
