package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.rules.load.LoadException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport unkill`: takes a kill switch back.
@Command(
    name = "unkill",
    mixinStandardHelpOptions = true,
    description = {
      "Takes a kill switch back. It is named as it was thrown; without a name it is the one against"
          + " everything.",
      "`sallyport status` shows which are on."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it is off",
      "1:no such kill switch is on, or the gate says why not",
      "2:usage or unreadable settings",
      "3:no gate answers"
    })
final class UnkillCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private KillOptions target = new KillOptions();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Mixin private ControlOptions gate = new ControlOptions();

  UnkillCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Asks the gate; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    Map<String, String> arguments = target.arguments();
    arguments.put("reason", reason);
    return gate.ask(new ControlRequest("unkill", arguments), surroundings);
  }
}
