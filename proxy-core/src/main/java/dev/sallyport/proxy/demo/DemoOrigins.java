package dev.sallyport.proxy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/// The origins of the demo, each on a free port of loopback.
final class DemoOrigins implements AutoCloseable {
  static final String MODEL = "model.example";
  static final String REGISTRY = "registry.example";
  static final String DOCS = "docs.example";
  static final String MIRROR = "mirror.example";
  static final String PASTE = "paste.example";

  /// Those that answer over TLS.
  static final List<String> WITH_TLS = List.of(MODEL, REGISTRY, DOCS);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpServer> servers = new ArrayList<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final StreamedAnswer answer = new StreamedAnswer();
  private final DeadDrop deadDrop;

  private DemoOrigins(DeadDrop deadDrop) {
    this.deadDrop = deadDrop;
  }

  /// Opens all.
  static DemoOrigins open(SSLContext tls) throws IOException {
    DemoOrigins origins = new DemoOrigins(DeadDrop.open());
    origins.tls(MODEL, tls, origins.answer);
    origins.tls(REGISTRY, tls, page("{\"name\": \"left-pad\", \"versions\": {\"1.3.0\": {}}}"));
    origins.tls(DOCS, tls, page("<h1>A page on the list</h1>"));
    origins.plain(MIRROR, page("Origin: Example\nSuite: stable\n"));
    origins.ports.put(PASTE, origins.deadDrop.port());
    return origins;
  }

  /// The port of each host.
  Map<String, Integer> ports() {
    return Map.copyOf(ports);
  }

  StreamedAnswer answer() {
    return answer;
  }

  DeadDrop deadDrop() {
    return deadDrop;
  }

  private void tls(String host, SSLContext tls, HttpHandler handler) throws IOException {
    HttpsServer server = HttpsServer.create(freePort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    start(host, server, handler);
  }

  private void plain(String host, HttpHandler handler) throws IOException {
    start(host, HttpServer.create(freePort(), 0), handler);
  }

  private void start(String host, HttpServer server, HttpHandler handler) {
    server.createContext("/", handler);
    server.setExecutor(threads);
    server.start();
    servers.add(server);
    ports.put(host, server.getAddress().getPort());
  }

  private static InetSocketAddress freePort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static HttpHandler page(String text) {
    byte[] octets = text.getBytes(UTF_8);
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, octets.length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(octets);
      }
    };
  }

  @Override
  public void close() throws IOException {
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
    deadDrop.close();
  }
}
