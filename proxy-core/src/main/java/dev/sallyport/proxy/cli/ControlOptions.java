package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.ControlClient;
import dev.sallyport.proxy.admin.ControlException;
import dev.sallyport.proxy.admin.ControlReply;
import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which running gate a command speaks to, and how its answer is shown.
final class ControlOptions {
  @Option(
      names = "--control",
      paramLabel = "PATH",
      description = "The gate's control socket. Without it the one of the settings.")
  private @Nullable Path control;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Option(names = "--json", description = "Print the gate's answer as one JSON line.")
  private boolean json;

  /// Asks the gate and prints what it says.
  ///
  /// @return the exit code: 0 done, 1 refused by the gate
  /// @throws LoadException when the settings that name the socket are wrong
  /// @throws CommandFailure when they name none, or no gate answers
  int ask(ControlRequest request, Surroundings surroundings) throws LoadException, CommandFailure {
    ControlReply reply;
    try {
      reply = ControlClient.ask(socket(surroundings), request);
    } catch (ControlException noGate) {
      throw CommandFailure.cannotStart(String.valueOf(noGate.getMessage()));
    }
    if (json) {
      surroundings.out().println(reply.json());
    } else {
      print(reply, surroundings);
    }
    return switch (reply) {
      case ControlReply.Done done -> ExitCode.OK;
      case ControlReply.Refused refused -> ExitCode.DOES_NOT_HOLD;
    };
  }

  /// The path of the control socket: as given, or as the settings say.
  Path socket(Surroundings surroundings) throws LoadException, CommandFailure {
    Path given = control;
    if (given != null) {
      return given.toAbsolutePath();
    }
    return settings
        .load(surroundings)
        .settings()
        .control()
        .orElseThrow(
            () ->
                CommandFailure.unusable(
                    "these settings give the gate no control socket; set `control:` to a path"));
  }

  private static void print(ControlReply reply, Surroundings surroundings) {
    switch (reply) {
      case ControlReply.Done done -> printFacts(done.facts(), surroundings);
      case ControlReply.Refused refused -> {
        surroundings.err().println("sallyport: " + printable(refused.sentence()));
        refused.problems().forEach(problem -> surroundings.err().println(printable(problem)));
      }
    }
  }

  /// Lines of name and value, the values below one another.
  private static void printFacts(Map<String, Object> facts, Surroundings surroundings) {
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach(
        (name, value) ->
            surroundings
                .out()
                .println(
                    printable(name)
                        + " ".repeat(width - name.length() + 2)
                        + printable(text(value))));
  }

  private static String text(Object value) {
    return value instanceof Collection<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
        : String.valueOf(value);
  }

  /// Without characters that a terminal would obey: names in an answer come from files.
  private static String printable(String text) {
    return text.chars()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, (out, c) -> out.append((char) c), StringBuilder::append)
        .toString();
  }
}
