package dev.sallyport.proxy.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `health` as a container runs it, against an admin listener that says what the test wants.
@Timeout(20)
class HealthCommandTest {
  private static final String HEAD = "HTTP/1.1 %s\r\nContent-Type: text/plain\r\n\r\n";

  @TempDir Path home;

  @Test
  void aGateThatTakesWork() throws Exception {
    Asked asked = ask(HEAD.formatted("200 OK") + "ready\n");
    assertEquals("ready\n", asked.run.endsWith(0).out());
    assertEquals("GET /readyz HTTP/1.0", asked.line);
  }

  @Test
  void aliveIsAnotherQuestion() throws Exception {
    Asked asked = ask(HEAD.formatted("200 OK") + "ok\n", "--live");
    asked.run.endsWith(0);
    assertEquals("GET /healthz HTTP/1.0", asked.line);
  }

  @Test
  void aGateThatDoesNot() throws Exception {
    CommandRun run =
        ask(HEAD.formatted("503 Service Unavailable") + "not ready: draining\n").run.endsWith(1);
    assertEquals("sallyport: not ready: draining\n", run.err());
  }

  @Test
  void somethingElseOnThePort() throws Exception {
    CommandRun run = ask("SSH-2.0-x\r\n\r\n").run.endsWith(1);
    assertEquals("sallyport: what answers there is no gate\n", run.err());
  }

  @Test
  void anAnswerWithoutAnEndIsReadUpToALimit() throws Exception {
    ask(HEAD.formatted("200 OK") + "x".repeat(100_000)).run.endsWith(0);
  }

  @Test
  void anAnswerThatNeverComes() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CommandRun run = health(silent.getLocalPort()).endsWith(1);
      assertEquals("sallyport: no answer within 3 s\n", run.err());
    }
  }

  @Test
  void nobodyThere() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    CommandRun run = health(port).endsWith(1);
    assertTrue(run.err().startsWith("sallyport: no gate answers at port " + port), run::err);
  }

  @Test
  void everyAddressIsAskedOnLoopback() throws Exception {
    ask(HEAD.formatted("200 OK") + "ready\n", "--set", "admin.address=0.0.0.0").run.endsWith(0);
  }

  private record Asked(CommandRun run, String line) {}

  private Asked ask(String answer, String... options) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> line =
          CompletableFuture.supplyAsync(() -> answerOnce(listener, answer));
      return new Asked(health(listener.getLocalPort(), options), line.get());
    }
  }

  private static String answerOnce(ServerSocket listener, String answer) {
    try (Socket client = listener.accept()) {
      byte[] heard = new byte[200];
      int count = client.getInputStream().read(heard);
      client.getOutputStream().write(answer.getBytes(US_ASCII));
      return new String(heard, 0, count, US_ASCII).lines().findFirst().orElse("");
    } catch (IOException closedEarly) {
      return "";
    }
  }

  private CommandRun health(int port, String... options) {
    String[] args = new String[options.length + 3];
    args[0] = "health";
    args[1] = "--set";
    args[2] = "admin.port=" + port;
    System.arraycopy(options, 0, args, 3, options.length);
    return CommandRun.of(home, args);
  }
}
