package dev.sallyport.proxy.admin;

import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to the control socket, on a virtual thread of its own: a line in, a line out,
/// until the peer ends or does not keep to the bounds.
final class ControlConnection {
  /// Octets of a request with its line feed.
  static final int MAX_REQUEST = 64 * 1024;

  /// Time for a whole request to arrive, and for its answer to be taken.
  static final Duration LINE_TIME = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ControlConnection.class);

  private final Map<String, ControlCommand> commands;
  private final Duration lineTime;

  ControlConnection(Map<String, ControlCommand> commands, Duration lineTime) {
    this.commands = commands;
    this.lineTime = lineTime;
  }

  /// Serves the peer and closes the channel.
  ///
  /// @param user whose process the peer is
  void serve(SocketChannel channel, String user) {
    try (LineChannel lines = new LineChannel(channel, MAX_REQUEST)) {
      serve(lines, user);
    } catch (IOException gone) {
      LOG.debug("a control connection ended: {}", gone.getMessage());
    }
  }

  private void serve(LineChannel lines, String user) throws IOException {
    try {
      Optional<String> line = lines.read(lineTime);
      while (line.isPresent()) {
        lines.write(answer(line.get(), user).json(), lineTime);
        line = lines.read(lineTime);
      }
    } catch (LineChannel.LongLineException tooLong) {
      ControlReply refused = ControlReply.Refused.because(String.valueOf(tooLong.getMessage()));
      lines.write(refused.json(), lineTime);
    }
  }

  /// What is said to one line. Never throws: a command that fails is a bug of ours, and loud.
  ControlReply answer(String line, String user) {
    try {
      ControlRequest request = ControlJson.request(line).askedBy(user);
      ControlCommand command = commands.get(request.command());
      if (command == null) {
        return ControlReply.Refused.because(
            Problem.quote(request.command())
                + " is no command of this gate; it knows "
                + String.join(", ", new TreeSet<>(commands.keySet())));
      }
      return command.run(request);
    } catch (ControlException notARequest) {
      return ControlReply.Refused.because(String.valueOf(notARequest.getMessage()));
    } catch (RuntimeException bug) {
      LOG.error("a control command failed", bug);
      return ControlReply.Refused.because("the command failed inside the gate; its log says why");
    }
  }
}
