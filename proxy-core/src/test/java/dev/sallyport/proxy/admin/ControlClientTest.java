package dev.sallyport.proxy.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a person reads when there is no gate, or something that does not answer as one.
class ControlClientTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  private Path folder;
  private Path path;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("sp");
    path = folder.resolve("s.sock");
  }

  @AfterEach
  void clean() throws IOException {
    Files.deleteIfExists(path);
    Files.deleteIfExists(folder);
  }

  @Test
  void noSocket() {
    says(
        "no gate is listening on `"
            + path
            + "`: there is no such socket; is it running, and is this the path of `control:`?");
  }

  @Test
  void theSocketOfADeadGate() throws Exception {
    listen().close();
    says("no gate is listening on `" + path + "`; the one that made this socket is gone");
  }

  @Test
  void aPathThatIsTooLong() {
    path = folder.resolve("x".repeat(100));
    ControlException failure = fails(LONG);
    assertTrue(
        String.valueOf(failure.getMessage()).endsWith("a Unix socket's may have 106"),
        failure.getMessage());
  }

  @Test
  void aGateThatDoesNotAnswer() throws Exception {
    try (ServerSocketChannel silent = listen()) {
      assertTrue(silent.isOpen());
      assertEquals(
          "the gate at `" + path + "` cannot be asked: it did not answer within 1 s",
          fails(SHORT).getMessage());
    }
  }

  @Test
  void aGateThatHangsUp() throws Exception {
    try (ServerSocketChannel rude = listen()) {
      answering(rude, "");
      says("the gate at `" + path + "` cannot be asked: it closed the connection; it may be busy");
    }
  }

  @Test
  void aGateThatAnswersInPart() throws Exception {
    try (ServerSocketChannel rude = listen()) {
      answering(rude, "{\"ok\":tr");
      says("the gate at `" + path + "` cannot be asked: the peer ended within a line");
    }
  }

  @Test
  void somethingThatIsNoGate() throws Exception {
    try (ServerSocketChannel other = listen()) {
      answering(other, "220 mail.example.com ready\n");
      says("the line is not JSON");
    }
  }

  @Test
  void repliesAreBounded() throws Exception {
    String start = "{\"ok\":false,\"error\":\"";
    String end = "\"}\n";
    int room = ControlClient.MAX_REPLY - start.length() - end.length();
    try (ServerSocketChannel gate = listen()) {
      answering(gate, start + "x".repeat(room) + end);
      assertEquals(
          ControlReply.Refused.because("x".repeat(room)),
          ControlClient.ask(path, ControlRequest.of("status"), LONG));
      answering(gate, start + "x".repeat(room + 1) + end);
      says("the gate at `" + path + "` cannot be asked: a line may have 1048576 octets");
    }
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path));
  }

  /// Reads a request from the next peer, answers with a text and hangs up.
  private static void answering(ServerSocketChannel listener, String text) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (SocketChannel peer = listener.accept()) {
                peer.read(ByteBuffer.allocate(4096));
                ByteBuffer octets = UTF_8.encode(text);
                while (octets.hasRemaining()) {
                  peer.write(octets);
                }
              } catch (IOException peerGone) {
                // The client has read enough.
              }
            });
  }

  private void says(String sentence) {
    assertEquals(sentence, fails(LONG).getMessage());
  }

  private ControlException fails(Duration time) {
    return assertThrows(
        ControlException.class, () -> ControlClient.ask(path, ControlRequest.of("status"), time));
  }
}
