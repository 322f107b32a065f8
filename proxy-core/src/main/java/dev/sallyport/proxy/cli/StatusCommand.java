package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.rules.load.LoadException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sallyport status`: what a running gate says of itself.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows what a running gate is doing.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the gate answered",
      "1:the gate refused to say",
      "2:usage or unreadable settings",
      "3:no gate answers"
    })
final class StatusCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private ControlOptions gate = new ControlOptions();

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Asks the gate; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    return gate.ask(ControlRequest.of("status"), surroundings);
  }
}
