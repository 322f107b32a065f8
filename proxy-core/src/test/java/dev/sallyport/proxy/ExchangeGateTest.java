package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Plain http through a running gate.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class ExchangeGateTest {
  private static final int MIB = 1024 * 1024;
  private static final String URL = "http://plain.example.com/";
  private static final String GET = TestGate.get(URL);
  private static final String DENIED = TestGate.get("http://denied.example/");
  private static final String POLICY =
      Policies.allowing("{host: plain.example.com, scheme: http}", "{host: tls.example.com}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  ExchangeGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String... settings) throws Exception {
    String all = "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}\n";
    return TestGate.start(transport, folder, all + String.join("\n", settings), POLICY);
  }

  /// An origin that answers each request with these octets and, where asked, closes.
  private static TestOrigin saying(String answer) throws Exception {
    return TestOrigin.start(
        (client, origin) -> {
          while (!origin.head(client).isEmpty()) {
            client.send(answer);
          }
        });
  }

  private static TestOrigin sayingOnce(String answer) throws Exception {
    return TestOrigin.start(
        (client, origin) -> {
          origin.head(client);
          client.send(answer);
        });
  }

  @Test
  void judgesEachRequestOfAConnectionByItself() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int i = 0; i < 3; i++) {
        assertEquals("ok", client.send(GET).answer().body());
        Wire.Answer refused = client.send(DENIED).answer();
        assertEquals(403, refused.status());
        assertFalse(refused.head().contains("close"), refused.head());
      }
      List<String> pair = List.of("allow listed", "deny denied-by-rule");
      List<String> all = Collections.nCopies(3, pair).stream().flatMap(List::stream).toList();
      assertEquals(all, gate.decisions());
      assertEquals(3, gate.awaitEnds(3).size());
      assertEquals(1, origin.accepted());
      assertTrue(gate.verify().holds());
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    int count = 40;
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
                    String path = head.split(" ", 3)[1];
                    client.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
                  }
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < count; i++) {
        all.append(i % 4 == 3 ? DENIED : TestGate.get(URL + i));
      }
      client.send(all.toString());
      for (int i = 0; i < count; i++) {
        Wire.Answer answer = client.answer();
        assertEquals(i % 4 == 3 ? 403 : 200, answer.status());
        assertTrue(i % 4 == 3 || answer.body().equals("/" + i), answer.body());
      }
      assertEquals(count, gate.decisions().size());
      assertEquals(count * 3 / 4, gate.awaitEnds(count * 3 / 4).size());
    }
  }

  @Test
  void rebuildsTheRequest() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          "GET http://PLAIN.example.com.:80/p?q=http://x HTTP/1.1\r\nHost: evil.example\r\n"
              + "Connection: keep-alive, X-Hop, Content-Length\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
              + "Proxy-Authorization-Info: 1\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n"
              + "X-Forwarded-Host: evil.example\r\nVia: 1.0 other\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: x\r\nCookie: c=d\r\nX-Kept: 1\r\nX-Kept: 2\r\n\r\n");
      assertEquals(200, client.answer().status());
      String head = origin.heads()[0];
      assertTrue(
          head.startsWith("GET /p?q=http://x HTTP/1.1\r\nhost: plain.example.com\r\n"), head);
      List<String> names = head.lines().skip(1).map(line -> line.split(":", 2)[0]).toList();
      assertEquals(
          List.of("host", "Via", "Cookie", "X-Kept", "X-Kept", "via", ""), names, () -> head);
      assertTrue(head.contains("via: 1.1 sallyport-"), head);
    }
  }

  /// Octets above ASCII are no right URL, but many clients send them, and what is judged is sent.
  @Test
  void sendsTheTargetAsItCame() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(TestGate.get(URL + "caf\u00c3\u00a9/%2e%2E//x?\u00e9=1"));
      assertEquals(200, client.answer().status());
      assertEquals("/caf\u00c3\u00a9/%2e%2E//x?\u00e9=1", origin.heads()[0].split(" ", 3)[1]);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          length     | 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok           | content-length: 2       | ok
          chunked    | 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2;x=y\\r\\nok\\r\\n0\\r\\nX-T: 1\\r\\n\\r\\n | transfer-encoding: chunked | ok
          none       | 204 No Content\\r\\n\\r\\n                            | 204                     |
          not changed| 304 Not Modified\\r\\nContent-Length: 9\\r\\n\\r\\n   | 304                     |
          empty      | 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n              | content-length: 0       |
          odd        | 599\\r\\nContent-Length: 2\\r\\n\\r\\nok              | HTTP/1.1 599            | ok
          early hints| 103 Early Hints\\r\\nLink: x\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok | content-length: 2 | ok
          """)
  void passesAnswersInTheirFraming(String name, String answer, String field, String body)
      throws Exception {
    try (TestOrigin origin = saying("HTTP/1.1 " + unescape(answer));
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int i = 0; i < 2; i++) {
        Wire.Answer got = client.send(GET).answer();
        if (got.status() == 103) {
          got = client.answer();
        }
        assertTrue(
            got.head().toLowerCase(Locale.ROOT).contains(field.toLowerCase(Locale.ROOT)),
            got.head());
        assertEquals(body == null ? "" : body, got.body());
      }
      assertEquals(1, origin.accepted());
      assertEquals(List.of("done origin", "done origin"), gate.awaitEnds(2));
    }
  }

  @Test
  void anAnswerUntilTheEndBecomesChunks() throws Exception {
    try (TestOrigin origin = sayingOnce("HTTP/1.1 200 OK\r\n\r\nall of it");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int i = 0; i < 2; i++) {
        Wire.Answer answer = client.send(GET).answer();
        assertEquals("chunked", answer.field("transfer-encoding").orElse(""));
        assertEquals("all of it", answer.body());
      }
      assertEquals(2, origin.accepted());
    }
  }

  @Test
  void anAnswerToHeadHasNoBody() throws Exception {
    try (TestOrigin origin = saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int i = 0; i < 2; i++) {
        Wire.Answer answer = client.send(GET.replace("GET", "HEAD")).answerToHead();
        assertEquals("5", answer.field("content-length").orElse(""));
      }
      assertEquals(1, origin.accepted());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n6\r\n of it\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nall of it",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nall of it",
        "HTTP/1.0 200 OK\r\n\r\nall of it",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nall of it",
      })
  void aClientOfTheFirstVersionGetsNoChunksAndAnEnd(String answer) throws Exception {
    try (TestOrigin origin = sayingOnce(answer);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send("GET " + URL + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      Wire.Answer head = client.answerToHead();
      assertEquals(200, head.status(), head.head());
      assertEquals("close", head.field("connection").orElse(""));
      assertEquals("", head.field("transfer-encoding").orElse(""));
      assertEquals("all of it", client.restOfText());
      assertEquals(List.of("done origin"), gate.awaitEnds(1));
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 200", "17, 502"})
  void takesSixteenInterimAnswers(int count, int status) throws Exception {
    String interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(count);
    try (TestOrigin origin = sayingOnce(interim + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(GET).answer();
      for (int i = 0; i < 16; i++) {
        assertEquals(100, answer.status());
        answer = client.answer();
      }
      assertEquals(status, answer.status());
      String end = status == 200 ? "done origin" : "origin-protocol origin";
      assertEquals(List.of(end), gate.awaitEnds(1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "SSH-2.0-test\r\n",
        "\u0015\u0003\u0003\u0000\u0002\u0002(",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      })
  void refusesAnswersThatReadTwoWays(String answer) throws Exception {
    try (TestOrigin origin = sayingOnce(answer);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer got = client.send(GET).answer();
      assertEquals(502, got.status(), got.head());
      assertEquals(
          "sallyport; error=http_protocol_error; details=\"origin-protocol\"",
          got.field("proxy-status").orElse(""));
      assertEquals(List.of("origin-protocol origin"), gate.awaitEnds(1));
      assertEquals(502, gate.events("close").getFirst().path("http.response.status_code").asInt());
      assertEquals(403, client.send(DENIED).answer().status());
      Await.until("the origin's connection is closed", () -> origin.open() == 0);
    }
  }

  @Test
  void refusesAHeadAboveTheLimit() throws Exception {
    try (TestOrigin origin = sayingOnce("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1100) + "\r\n\r\n");
        TestGate gate = gate(origin, "limits: {request-head: 1KiB}");
        Wire client = gate.client()) {
      assertEquals(502, client.send(GET).answer().status());
    }
  }

  @Test
  void anOriginThatEndsWithoutAnAnswerIsUnreachable() throws Exception {
    try (TestOrigin origin = sayingOnce("");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      assertEquals(502, client.send(GET).answer().status());
      assertEquals(List.of("origin-unreachable origin"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed"), gate.decisions());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nnot all",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\nnot all",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nnot all\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nnot all\r\nnonsense",
      })
  void anAnswerThatIsCutShortStaysIncomplete(String answer) throws Exception {
    try (TestOrigin origin = sayingOnce(answer);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      String got = client.send(GET).restOfText();
      assertTrue(got.startsWith("HTTP/1.1 200 OK\r\n"), got);
      assertFalse(got.endsWith("0\r\n\r\n"), got);
      assertEquals(List.of("origin-protocol origin"), gate.awaitEnds(1));
    }
  }

  /// An answer without a length ends with the connection; a reset is no such end.
  @Test
  void aResetIsNotTheEndOfAnAnswer() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.send("HTTP/1.1 200 OK\r\n\r\nnot all");
                  client.read(1);
                  client.reset();
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send("POST " + URL + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
      assertEquals(200, client.answerToHead().status());
      client.send("x");
      String got = client.restOfText();
      assertFalse(got.endsWith("0\r\n\r\n"), got);
      assertEquals(List.of("origin-protocol origin"), gate.awaitEnds(1));
    }
  }

  @Test
  void aClientOfTheFirstVersionSeesThatAnAnswerIsCutShort() throws Exception {
    try (TestOrigin origin =
            sayingOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnot\r\n");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send("GET " + URL + " HTTP/1.0\r\n\r\n");
      assertThrows(SocketException.class, client::rest);
      assertEquals(List.of("origin-protocol origin"), gate.awaitEnds(1));
    }
  }

  @Test
  void dropsWhatWouldLeadPastTheGate() throws Exception {
    try (TestOrigin origin =
            saying(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAlt-Svc: h3=\":443\"\r\n"
                    + "Proxy-Authenticate: Basic\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
                    + "Keep-Alive: 5\r\nX-Kept: 1\r\n\r\nok");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      String head = client.send(GET).answer().head();
      assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kept: 1\r\n\r\n", head);
    }
  }

  @Test
  void passesBodiesInBothFramings() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  String head = self.head(client);
                  boolean chunked = head.contains("chunked");
                  String body = client.read(chunked ? "3\r\nabc\r\n0\r\n\r\n".length() : 3);
                  client.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      String post = "POST " + URL + " HTTP/1.1\r\nHost: a\r\n";
      client.send(post + "Content-Length:  3 \r\n\r\nabc");
      assertEquals("abc", client.answer().body());
      client.send(
          post + "Transfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n");
      assertEquals("3\r\nabc\r\n0\r\n\r\n", client.answer().body());
    }
  }

  @Test
  void waitsForNothingWhereTheClientExpectsToGoOn() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  assertTrue(
                      self.head(client).toLowerCase(Locale.ROOT).contains("expect: 100-continue"));
                  client.send("HTTP/1.1 100 Continue\r\n\r\n");
                  String body = client.read(5);
                  client.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          "POST "
              + URL
              + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertEquals(100, client.answer().status());
      assertEquals("hello", client.send("hello").answer().body());
    }
  }

  @Test
  void aRefusalDoesNotWaitForTheBody() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          "POST http://denied.example/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
              + "Content-Length: 1000000\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertEquals(403, answer.status());
      assertEquals("close", answer.field("connection").orElse(""));
      client.send(new byte[10_000]);
      assertEquals("", client.restOfText());
      assertEquals(List.of("deny denied-by-rule"), gate.decisions());
    }
  }

  /// The answer is there before the client has sent everything; no reset may overtake it.
  @Test
  void anEarlyAnswerArrives() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
                  client.rest();
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send("POST " + URL + " HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertEquals(413, answer.status());
      assertEquals("close", answer.field("connection").orElse(""));
      client.send(new byte[30_000]).send(new byte[30_000]).endOutput();
      assertEquals("", client.restOfText());
      assertEquals(List.of("done origin"), gate.awaitEnds(1));
    }
  }

  /// One request is one decision and one answer, whatever is wrong with what follows its head.
  @Test
  void aRefusedRequestWithABrokenBodyIsRefusedOnce() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          "POST http://denied.example/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "nonsense\r\n");
      assertEquals(403, client.answer().status());
      assertEquals("", client.restOfText());
      assertEquals(List.of("deny denied-by-rule"), gate.decisions());
    }
  }

  @Test
  void anAllowedRequestWithABrokenBodyEndsOnce() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          "POST " + URL + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
      client.answer();
      assertEquals("", client.restOfText());
      assertEquals(1, gate.awaitEnds(1).size());
      assertEquals(List.of("allow listed"), gate.decisions());
    }
  }

  @Test
  void aBodyThatIsCutShortEndsTheExchange() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.rest();
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send("POST " + URL + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nfour");
      client.endOutput();
      assertEquals(400, client.answer().status());
      assertEquals(List.of("malformed gate"), gate.awaitEnds(1));
      Await.until("the origin's connection is closed", () -> origin.open() == 0);
    }
  }

  @Test
  void aClientWhoseHalfHasEndedGetsItsAnswersAndThenTheEnd() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(GET + DENIED + GET).endOutput();
      assertEquals(200, client.answer().status());
      assertEquals(403, client.answer().status());
      assertEquals(200, client.answer().status());
      assertEquals("", client.restOfText());
      Await.until("nothing is left", () -> gate.gate().openConnections() == 0);
      assertEquals(3, gate.decisions().size());
    }
  }

  @Test
  void aHeadThatIsCutShortIsRefused() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(GET + "GET http://pla").endOutput();
      assertEquals(200, client.answer().status());
      assertEquals(400, client.answer().status());
      assertEquals("", client.restOfText());
      assertEquals(List.of("allow listed", "deny malformed"), gate.decisions());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"answered", "refused", "unreachable"})
  void anIdleConnectionEnds(String how) throws Exception {
    try (TestOrigin origin = how.equals("unreachable") ? sayingOnce("") : TestOrigin.startHttp();
        TestGate gate = gate(origin, "limits: {time: {idle: 200ms}}");
        Wire client = gate.client()) {
      client.send(how.equals("refused") ? DENIED : GET).answer();
      assertEquals("", client.restOfText());
      Await.until("the origin's connection is closed", () -> origin.open() == 0);
    }
  }

  @Test
  void anOriginThatDoesNotAnswerIsGivenUp() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.rest();
                });
        TestGate gate = gate(origin, "limits: {time: {idle: 500ms}}");
        Wire client = gate.client()) {
      assertEquals(504, client.send(GET).answer().status());
      assertEquals(List.of("origin-timeout gate"), gate.awaitEnds(1));
    }
  }

  /// An origin may close a kept connection at any time; the next request finds that out.
  @Test
  void repeatsARequestOnceOnAStaleConnection() throws Exception {
    try (TestOrigin origin = sayingOnce("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int i = 0; i < 20; i++) {
        assertEquals("ok", client.send(GET).answer().body());
      }
      assertEquals(20, gate.awaitEnds(20).size());
      assertEquals(20, gate.decisions().size());
    }
  }

  /// What an origin says without being asked must not answer the next request.
  @Test
  void anAnswerThatNobodyAskedForIsDropped() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    try (TestOrigin origin = sayingOnce(answer + answer.replace("ok", "no"));
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int i = 0; i < 10; i++) {
        assertEquals("ok", client.send(GET).answer().body());
      }
    }
  }

  /// It is kept for the same client's next connection, for a while.
  @ParameterizedTest
  @ValueSource(strings = {"CONNECT denied.example:443", "GET https://plain.example.com/"})
  void aRefusalLeavesTheKeptConnectionAlone(String last) throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      assertEquals("ok", client.send(GET).answer().body());
      client.send(last + " HTTP/1.1\r\nHost: a\r\n\r\n").restOfText();
      Await.until("the client's connection is closed", () -> gate.gate().openConnections() == 0);
      assertEquals(1, origin.open());
    }
  }

  @Test
  void aTunnelMayFollowARequest() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      assertEquals("ok", client.send(GET).answer().body());
      client.send(TestGate.connect("tls.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 Connection"));
    }
  }

  @Test
  void carriesMuchToASlowOriginInBoundedMemory() throws Exception {
    AtomicLong go = new AtomicLong();
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  Await.until("the test says go", () -> go.get() > 0);
                  long got = client.skip(64L * MIB);
                  String body = Long.toString(got);
                  client.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send("POST " + URL + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + 64L * MIB);
      client.send("\r\n\r\n");
      Thread.ofVirtual()
          .start(
              () -> {
                awaitStuck(sent);
                go.set(sent.get());
              });
      for (int i = 0; i < 64; i++) {
        client.send(new byte[MIB]);
        sent.addAndGet(MIB);
      }
      assertEquals(Long.toString(64L * MIB), client.answer().body());
      assertTrue(go.get() < 40L * MIB, "the gate took " + go);
    }
  }

  @Test
  void carriesMuchToASlowClientInBoundedMemory() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.send("HTTP/1.1 200 OK\r\nContent-Length: " + 64L * MIB + "\r\n\r\n");
                  for (int i = 0; i < 64; i++) {
                    client.send(new byte[MIB]);
                    sent.addAndGet(MIB);
                  }
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(GET);
      awaitStuck(sent);
      assertTrue(sent.get() < 40L * MIB, "the gate took " + sent);
      assertEquals(200, client.answerToHead().status());
      assertEquals(64L * MIB, client.skip(64L * MIB));
      assertEquals(List.of("done origin"), gate.awaitEnds(1));
    }
  }

  /// What follows a request waits outside of the gate, however long the request takes.
  @Test
  void holdsLittleOfWhatFollows() throws Exception {
    AtomicLong sent = new AtomicLong();
    AtomicLong over = new AtomicLong();
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  Await.until("the test is over", () -> over.get() > 0);
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(GET);
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  for (int i = 0; i < 64; i++) {
                    client.send(new byte[MIB]);
                    sent.addAndGet(MIB);
                  }
                } catch (java.io.IOException ended) {
                  // The test is over.
                }
              });
      awaitStuck(sent);
      assertTrue(sent.get() < 40L * MIB, "the gate took " + sent);
      over.set(1);
      assertEquals(502, client.answer().status());
    }
  }

  private static void awaitStuck(AtomicLong number) {
    AtomicLong last = new AtomicLong();
    AtomicLong same = new AtomicLong();
    Await.until(
        "it stops growing",
        () -> {
          long now = number.get();
          same.set(now > 0 && now == last.getAndSet(now) ? same.get() + 1 : 0);
          return same.get() > 150;
        });
  }

  private static String unescape(String escaped) {
    return new String(
        escaped.replace("\\r", "\r").replace("\\n", "\n").getBytes(ISO_8859_1), ISO_8859_1);
  }
}
