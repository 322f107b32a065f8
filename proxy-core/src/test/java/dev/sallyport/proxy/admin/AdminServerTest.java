package dev.sallyport.proxy.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.metrics.GateMetrics;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The listener over real sockets, with each transport.
@ParameterizedClass
@EnumSource(Transport.class)
class AdminServerTest {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Parameter Transport transport = Transport.NIO;

  private final AtomicReference<Readiness> readiness = new AtomicReference<>(Readiness.ready());
  private final GateMetrics metrics = new GateMetrics();
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(transport.isAvailable());
    server =
        AdminServer.start(
            new Settings.Admin(LOOPBACK, 0),
            new AdminPages(readiness::get, metrics::scrape, () -> "{}"),
            transport);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop();
    }
  }

  @Test
  void itIsHealthyWhateverItsReadiness() throws Exception {
    readiness.set(Readiness.ready().but(Readiness.Obstacle.AUDIT_UNAVAILABLE));
    HttpResponse<String> health = get("/healthz");
    assertEquals(200, health.statusCode());
    assertEquals("ok\n", health.body());
    assertEquals("no-store", health.headers().firstValue("cache-control").orElseThrow());
  }

  @Test
  void readinessIsAskedEachTime() throws Exception {
    assertEquals(200, get("/readyz").statusCode());
    readiness.set(Readiness.ready().but(Readiness.Obstacle.DRAINING));
    HttpResponse<String> not = get("/readyz");
    assertEquals(503, not.statusCode());
    assertEquals("not ready: draining\n", not.body());
  }

  @Test
  void metricsComeInTheFormThatIsAskedFor() throws Exception {
    metrics.connectionOpened();
    HttpResponse<String> text = get("/metrics?name=ignored");
    assertEquals(200, text.statusCode());
    assertEquals(
        "text/plain; version=0.0.4; charset=utf-8",
        text.headers().firstValue("content-type").orElseThrow());
    assertTrue(text.body().contains("# TYPE sallyport_connections_open gauge\n"), text.body());
    assertTrue(text.body().contains("\nsallyport_connections_open 1.0\n"), text.body());

    HttpResponse<String> open =
        send(request("/metrics").header("Accept", "application/openmetrics-text").build());
    assertTrue(open.headers().firstValue("content-type").orElseThrow().contains("openmetrics"));
    assertTrue(open.body().endsWith("# EOF\n"), open.body());
  }

  @Test
  void headHasTheHeadOfGet() throws Exception {
    HttpResponse<String> head =
        send(request("/healthz").method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
    assertEquals(200, head.statusCode());
    assertEquals("3", head.headers().firstValue("content-length").orElseThrow());
    assertEquals("", head.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics/", "/Healthz", "/../healthz", "/readyz%20"})
  void otherPathsAreNotFound(String path) throws Exception {
    assertEquals(404, get(path).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void otherMethodsAreNotAllowed(String method) throws Exception {
    HttpResponse<String> response =
        send(request("/metrics").method(method, HttpRequest.BodyPublishers.noBody()).build());
    assertEquals(405, response.statusCode());
    assertEquals("GET, HEAD", response.headers().firstValue("allow").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /healthz HTTP/1.1~Host: 127.0.0.1:9328~~             | 200
          GET /healthz HTTP/1.1~Host: LOCALHOST~~                  | 200
          GET /healthz HTTP/1.0~~                                  | 200
          GET /metrics HTTP/1.1~Host: rebound.example:9328~~       | 421
          GET /metrics HTTP/1.0~Host: rebound.example~~            | 421
          GET /metrics HTTP/1.1~~                                  | 400
          GET /metrics HTTP/1.1~Host: 127.0.0.1~Host: 127.0.0.1~~  | 400
          GET /metrics HTTP/1.1~Host : 127.0.0.1~~                 | 400
          GET http://127.0.0.1/metrics HTTP/1.1~Host: 127.0.0.1~~  | 404
          CONNECT example.com:443 HTTP/1.1~Host: 127.0.0.1~~       | 405
          TRACE /metrics HTTP/1.1~Host: 127.0.0.1~~                | 405
          no request at all~~                                      | 400
          """)
  void rawRequests(String request, int status) throws Exception {
    assertEquals(status, status(exchange(request.replace("~", "\r\n"))));
  }

  @Test
  void requestLinesAreBounded() throws Exception {
    assertEquals(404, status(exchange(lineOf(AdminServer.MAX_REQUEST_LINE))));
    assertEquals(400, status(exchange(lineOf(AdminServer.MAX_REQUEST_LINE + 1))));
  }

  @Test
  void headerFieldsAreBounded() throws Exception {
    assertEquals(200, status(exchange(fieldsOf(AdminServer.MAX_FIELDS))));
    assertEquals(400, status(exchange(fieldsOf(AdminServer.MAX_FIELDS + 1))));
  }

  @Test
  void bodiesAreBounded() throws Exception {
    assertEquals(200, status(exchange(bodyOf(AdminServer.MAX_BODY))));
    assertEquals(413, status(exchange(bodyOf(AdminServer.MAX_BODY + 1))));
  }

  @Test
  void aConnectionIsKeptForSeveralRequestsEvenWhenTheyComeAtOnce() throws Exception {
    try (Socket client = connect()) {
      String request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
      for (int i = 0; i < 3; i++) {
        send(client, request);
        assertTrue(readUntil(client, "ok\n").startsWith("HTTP/1.1 200"));
      }
      send(
          client, request + request + request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      String answers = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
      assertEquals(3, answers.split("HTTP/1.1 200 OK", -1).length - 1, answers);
    }
  }

  @RepeatedTest(5)
  void aClientThatEndsItsSideGetsItsAnswers() throws Exception {
    try (Socket client = connect()) {
      send(client, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2));
      client.shutdownOutput();
      String answers = readToEnd(client);
      assertEquals(2, answers.split("HTTP/1.1 200 OK", -1).length - 1, answers);
    }
  }

  @Test
  void aClientThatEndsWithinARequestIsClosed() throws Exception {
    try (Socket client = connect()) {
      send(client, "GET /healthz HTTP/1.1\r\nHost: loc");
      client.shutdownOutput();
      assertFalse(readToEnd(client).startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void oneConnectionTooManyIsClosed() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < AdminServer.MAX_CONNECTIONS; i++) {
        Socket client = connect();
        clients.add(client);
        send(client, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertTrue(readUntil(client, "ok\n").startsWith("HTTP/1.1 200"));
      }
      try (Socket oneMore = connect()) {
        assertEquals("", readToEnd(oneMore));
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aFailingPageIsOneAnswer() throws Exception {
    AdminServer failing =
        AdminServer.start(
            new Settings.Admin(LOOPBACK, 0),
            new AdminPages(
                () -> {
                  throw new IllegalStateException("expected by a test");
                },
                metrics::scrape,
                () -> "{}"),
            transport);
    try (Socket client = new Socket(LOOPBACK, failing.address().getPort())) {
      client.setSoTimeout(PATIENCE_MILLIS);
      send(client, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertTrue(readUntil(client, "says why\n").startsWith("HTTP/1.1 500"));
    } finally {
      failing.stop();
    }
  }

  @Test
  void aTakenPortIsOneSentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      CannotListenException failure =
          assertThrows(
              CannotListenException.class,
              () ->
                  AdminServer.start(
                      new Settings.Admin(LOOPBACK, taken.getLocalPort()),
                      new AdminPages(Readiness::ready, metrics::scrape, () -> "{}"),
                      transport));
      assertEquals(
          "cannot listen on `127.0.0.1:"
              + taken.getLocalPort()
              + "` for health and metrics: another program has that port; choose another with"
              + " `admin: {address: ..., port: ...}`",
          failure.getMessage());
    }
  }

  @Test
  void aForeignAddressIsOneSentence() throws Exception {
    InetAddress foreign = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    CannotListenException failure =
        assertThrows(
            CannotListenException.class,
            () ->
                AdminServer.start(
                    new Settings.Admin(foreign, 0),
                    new AdminPages(Readiness::ready, metrics::scrape, () -> "{}"),
                    transport));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("it is no address of this machine"),
        failure.getMessage());
  }

  @Test
  void stoppingClosesTheListenerAndItsConnections() throws Exception {
    try (Socket client = connect()) {
      send(client, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      readUntil(client, "ok\n");
      server.stop();
      assertEquals("", readToEnd(client));
    }
    assertThrows(ConnectException.class, this::connect);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.address().getPort() + path))
        .timeout(Duration.ofMillis(PATIENCE_MILLIS));
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  private Socket connect() throws IOException {
    Socket client = new Socket(LOOPBACK, server.address().getPort());
    client.setSoTimeout(PATIENCE_MILLIS);
    return client;
  }

  /// Sends a request and returns the first line that comes back.
  private String exchange(String request) throws IOException {
    try (Socket client = connect()) {
      send(client, request);
      return readUntil(client, "\r\n");
    }
  }

  private static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String readUntil(Socket client, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = client.getInputStream();
    while (text.indexOf(end) < 0) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException("the connection ended after: " + text);
      }
      text.append((char) octet);
    }
    return text.toString();
  }

  /// What comes before the end, even when the end is a reset.
  private static String readToEnd(Socket client) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      InputStream in = client.getInputStream();
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        text.append((char) octet);
      }
    } catch (SocketException reset) {
      return text.toString();
    }
    return text.toString();
  }

  private static int status(String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 "), answer);
    return Integer.parseInt(answer.substring(9, 12));
  }

  private static String lineOf(int octets) {
    String rest = "GET / HTTP/1.1";
    return "GET /" + "x".repeat(octets - rest.length()) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  private static String fieldsOf(int octets) {
    String host = "Host: localhost";
    String name = "X: ";
    String value = "x".repeat(octets - host.length() - name.length());
    return "GET /healthz HTTP/1.1\r\n" + host + "\r\n" + name + value + "\r\n\r\n";
  }

  private static String bodyOf(int octets) {
    return "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        + octets
        + "\r\n\r\n"
        + "x".repeat(octets);
  }
}
