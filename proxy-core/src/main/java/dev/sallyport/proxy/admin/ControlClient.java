package dev.sallyport.proxy.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// Asks a running gate over its control socket. Blocks, bounded in time.
public final class ControlClient {
  /// Time for a command to be done and answered.
  public static final Duration ANSWER_TIME = Duration.ofSeconds(30);

  /// Octets of a reply with its line feed.
  static final int MAX_REPLY = 1024 * 1024;

  private ControlClient() {}

  /// Sends one request and waits for its reply.
  ///
  /// @param control the path of the control socket
  /// @throws ControlException when no gate listens there, or it does not answer in time
  public static ControlReply ask(Path control, ControlRequest request) throws ControlException {
    return ask(control, request, ANSWER_TIME);
  }

  static ControlReply ask(Path control, ControlRequest request, Duration time)
      throws ControlException {
    String tooLong = ControlPath.tooLong(control);
    if (!tooLong.isEmpty()) {
      throw new ControlException("cannot ask the gate at `" + control + "`: " + tooLong);
    }
    try (LineChannel lines = new LineChannel(connect(control), MAX_REPLY)) {
      lines.write(ControlJson.text(request), time);
      String reply =
          lines
              .read(time)
              .orElseThrow(() -> failed(control, "it closed the connection; it may be busy"));
      return ControlJson.reply(reply);
    } catch (ClosedChannelException tookTooLong) {
      throw failed(control, "it did not answer within " + time.toSeconds() + " s");
    } catch (IOException broken) {
      throw failed(control, String.valueOf(broken.getMessage()).toLowerCase(Locale.ROOT));
    }
  }

  private static SocketChannel connect(Path control) throws ControlException {
    try {
      return ControlPath.connect(control);
    } catch (ConnectException nobody) {
      throw new ControlException(
          "no gate is listening on `" + control + "`; the one that made this socket is gone",
          nobody);
    } catch (IOException failed) {
      if (!Files.exists(control)) {
        throw new ControlException(
            "no gate is listening on `"
                + control
                + "`: there is no such socket; is it running, and is this the path of `control:`?",
            failed);
      }
      throw failed(control, String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT));
    }
  }

  private static ControlException failed(Path control, String why) {
    return new ControlException("the gate at `" + control + "` cannot be asked: " + why);
  }
}
