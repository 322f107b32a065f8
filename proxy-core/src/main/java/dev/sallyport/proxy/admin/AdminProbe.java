package dev.sallyport.proxy.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.proxy.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Asks a running gate's admin listener how it is, as a container's health check does: a process of
/// its own that needs neither a shell nor `curl`. Blocking.
public final class AdminProbe {
  /// From connecting to the end of the answer.
  static final Duration TIME = Duration.ofSeconds(3);

  /// Octets of an answer that are read.
  static final int MAX_ANSWER = 4096;

  private static final String END_OF_HEAD = "\r\n\r\n";

  private AdminProbe() {}

  /// What the listener said.
  ///
  /// @param good whether it answered 200
  /// @param sentence the line of its answer, or why there is none
  public record Answer(boolean good, String sentence) {}

  /// Asks for a page. Never throws for what the other side does.
  ///
  /// @param where the listener of the settings; a wildcard address is asked on loopback
  /// @param page `/readyz` or `/healthz`
  public static Answer ask(Settings.Admin where, String page) {
    InetSocketAddress address = new InetSocketAddress(reachable(where.address()), where.port());
    try (Socket socket = new Socket()) {
      long end = System.nanoTime() + TIME.toNanos();
      socket.connect(address, (int) TIME.toMillis());
      socket.getOutputStream().write(("GET " + page + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
      return read(socket, end);
    } catch (SocketTimeoutException late) {
      return new Answer(false, "no answer within " + TIME.toSeconds() + " s");
    } catch (IOException failed) {
      return new Answer(
          false, "no gate answers at port " + address.getPort() + ": " + failed.getMessage());
    }
  }

  private static Answer read(Socket socket, long end) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] some = new byte[MAX_ANSWER];
    while (answer.size() < MAX_ANSWER) {
      long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      socket.setSoTimeout((int) left);
      int count = in.read(some, 0, MAX_ANSWER - answer.size());
      if (count < 0) {
        break;
      }
      answer.write(some, 0, count);
    }
    return answer(answer.toString(US_ASCII));
  }

  private static Answer answer(String text) {
    int head = text.indexOf(END_OF_HEAD);
    if (head < 0 || !text.matches("(?s)HTTP/1\\.[01] [0-9]{3}[ \r].*")) {
      return new Answer(false, "what answers there is no gate");
    }
    boolean good = text.startsWith("200", "HTTP/1.x ".length());
    return new Answer(good, text.substring(head + END_OF_HEAD.length()).strip());
  }

  private static InetAddress reachable(InetAddress address) {
    return address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
  }
}
