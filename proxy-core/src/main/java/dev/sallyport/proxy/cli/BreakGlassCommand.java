package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.rules.load.LoadException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport break-glass`: for a while what no entry allows passes a running gate.
@Command(
    name = "break-glass",
    mixinStandardHelpOptions = true,
    description = {
      "Lets pass for a while what no entry allows, where the organisation's managed.yaml permits"
          + " that.",
      "Deny rules, kill switches, credentials, the address guard and the audit are enforced as"
          + " ever. Every event says so,",
      "and so do `status` and every report until it is reviewed."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the gate did not do it and says why",
      "2:usage or unreadable settings",
      "3:no gate answers"
    })
final class BreakGlassCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "For how long, as in 30m or 1h; the organisation may say how long at most.")
  private @Nullable String time;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the record.")
  private String reason = "";

  @Option(
      names = "--review",
      description = "Says that every break-glass so far was looked into; an open one ends.")
  private boolean review;

  @Mixin private ControlOptions gate = new ControlOptions();

  BreakGlassCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Asks the gate; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    String given = time;
    if (review == (given != null)) {
      throw CommandFailure.unusable("either --for or --review is expected");
    }
    ControlRequest request =
        given == null
            ? new ControlRequest("break-glass-review", Map.of("reason", reason))
            : new ControlRequest("break-glass", Map.of("for", given, "reason", reason));
    return gate.ask(request, surroundings);
  }
}
