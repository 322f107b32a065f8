package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Intercepted connections whose client speaks HTTP/2, through a running gate to an origin of
/// HTTP/1.1. The client is the JDK's.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class Http2GateTest {
  private static final String HOST = "api.example.com";
  private static final int MIB = 1 << 20;
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        model:
          intercept: true
          allow:
            - {host: api.example.com, methods: [GET, HEAD, POST], paths: [/v1/**]}
      profiles: {all: {classes: [model]}}
      assign: [{anonymous: true, profile: all}]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  Http2GateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin) throws Exception {
    return TestGate.start(
        transport,
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n",
        POLICY);
  }

  private static HttpClient client(TestGate gate) throws IOException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_2)
        .proxy(ProxySelector.of(gate.address()))
        .sslContext(TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()))
        .build();
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("https://" + HOST + path));
  }

  /// Answers with the octets of the request's body, or with its path.
  private static TestOrigin origin() throws Exception {
    return TestOrigin.startTls(HOST, Http2GateTest::converse);
  }

  private static void converse(Wire client, TestOrigin self) throws IOException {
    for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
      String path = head.split(" ", 3)[1];
      int length =
          head.toLowerCase(Locale.ROOT)
              .lines()
              .filter(line -> line.startsWith("content-length: "))
              .mapToInt(line -> Integer.parseInt(line.substring(16)))
              .findFirst()
              .orElse(0);
      String body = length > 0 ? "got " + client.skip(length) : path;
      if (path.equals("/v1/empty")) {
        client.send("HTTP/1.1 204 No Content\r\n\r\n");
      } else if (path.startsWith("/v1/big")) {
        client.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 8; i++) {
          client.send("100000\r\n").send(new byte[MIB]).send("\r\n");
        }
        client.send("0\r\n\r\n");
      } else {
        String length1 = "Content-Length: " + body.length() + "\r\n\r\n";
        client.send("HTTP/1.1 200 OK\r\nAlt-Svc: h3\r\nConnection: x-a\r\nX-A: 1\r\n" + length1);
        if (!head.startsWith("HEAD")) {
          client.send(body);
        }
      }
    }
  }

  @Test
  void eachStreamIsJudgedByItself() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        HttpClient client = client(gate)) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String path = i % 4 == 3 ? "/private/" + i : "/v1/" + i;
        answers.add(client.sendAsync(to(path).GET().build(), HttpResponse.BodyHandlers.ofString()));
      }
      for (int i = 0; i < 40; i++) {
        HttpResponse<String> answer = answers.get(i).join();
        assertEquals(HttpClient.Version.HTTP_2, answer.version());
        assertEquals(i % 4 == 3 ? 403 : 200, answer.statusCode());
        assertTrue(
            i % 4 == 3
                ? answer.body().contains("path-not-allowed")
                : answer.body().equals("/v1/" + i),
            answer.body());
        assertTrue(answer.headers().firstValue("alt-svc").isEmpty());
        assertTrue(answer.headers().firstValue("x-a").isEmpty());
      }
      gate.awaitEnds(30);
      assertTrue(origin.accepted() <= 30, "connections to the origin: " + origin.accepted());
      assertTrue(origin.heads()[0].contains("host: " + HOST + "\r\n"), origin.heads()[0]);
    }
  }

  @Test
  void bodiesPassBothWays() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        HttpClient client = client(gate)) {
      HttpRequest up =
          to("/v1/up").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5 * MIB])).build();
      assertEquals("got " + 5 * MIB, client.send(up, HttpResponse.BodyHandlers.ofString()).body());
      HttpResponse<byte[]> down =
          client.send(to("/v1/big").GET().build(), HttpResponse.BodyHandlers.ofByteArray());
      assertEquals(8 * MIB, down.body().length);
    }
  }

  @Test
  void answersWithoutABodyEndWithTheirHead() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        HttpClient client = client(gate)) {
      HttpResponse<String> empty =
          client.send(to("/v1/empty").GET().build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(204, empty.statusCode());
      HttpResponse<String> head =
          client.send(to("/v1/head").HEAD().build(), HttpResponse.BodyHandlers.ofString());
      assertEquals("8", head.headers().firstValue("content-length").orElse(""));
      assertEquals("", head.body());
    }
  }

  @Test
  void aRefusedBodyIsNotWaitedFor() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        HttpClient client = client(gate)) {
      HttpRequest up =
          to("/private").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5 * MIB])).build();
      assertEquals(403, client.send(up, HttpResponse.BodyHandlers.ofString()).statusCode());
      HttpResponse<String> next =
          client.send(to("/v1/next").GET().build(), HttpResponse.BodyHandlers.ofString());
      assertEquals("/v1/next", next.body());
      assertEquals(1, origin.heads().length);
    }
  }

  @Test
  void aRefusedHostIsToldOverHttp2() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        HttpClient client = client(gate)) {
      HttpRequest to = HttpRequest.newBuilder(URI.create("https://denied.example/x")).build();
      HttpResponse<String> answer = client.send(to, HttpResponse.BodyHandlers.ofString());
      assertEquals(HttpClient.Version.HTTP_2, answer.version());
      assertEquals(403, answer.statusCode());
      assertTrue(answer.body().contains("not-listed"), answer.body());
      assertEquals(0, origin.accepted());
    }
  }
}
