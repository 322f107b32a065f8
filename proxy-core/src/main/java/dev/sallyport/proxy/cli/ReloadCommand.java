package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.rules.load.LoadException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sallyport reload`: makes a running gate read its policy and tokens again. A policy with
/// problems is refused, all of them are printed, and the one in force stays.
@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    description = "Makes a running gate read its policy and tokens again.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the new policy is in force",
      "1:the gate kept the old one and says why",
      "2:usage or unreadable settings",
      "3:no gate answers"
    })
final class ReloadCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private ControlOptions gate = new ControlOptions();

  ReloadCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Asks the gate; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    return gate.ask(ControlRequest.of("reload"), surroundings);
  }
}
