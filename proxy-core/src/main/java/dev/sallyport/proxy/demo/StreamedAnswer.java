package dev.sallyport.proxy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The answer of a model, sent as it is made up: each part only when the client has said that it
/// holds the one before. A gate that kept anything back would bring it to a halt.
final class StreamedAnswer implements HttpHandler {
  static final List<String> PARTS = List.of("The gate", "is open", "to whom", "the list", "names.");

  /// How long a part may take to be received.
  private static final long PATIENCE_SECONDS = 20;

  private final Semaphore received = new Semaphore(0);

  /// The client holds another part. On any thread.
  void received() {
    received.release();
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      for (String part : PARTS) {
        body.write(("data: " + part + "\n\n").getBytes(UTF_8));
        body.flush();
        if (!received.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IOException("the client did not receive what was sent");
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
