package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.rules.load.LoadException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport reload`: makes a running gate read its policy and tokens again. A policy with
/// problems is refused, all of them are printed, and the one in force stays.
@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a running gate read its policy and tokens again.",
      "What the new policy refuses ends. A policy that would lose a host of class model which the"
          + " catalogues call",
      "required comes into force with --force only."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the new policy is in force",
      "1:the gate kept the old one and says why",
      "2:usage or unreadable settings",
      "3:no gate answers"
    })
final class ReloadCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--dry-run",
      description = "Say what would happen, how many connections would end, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = "Put the policy in force although a host that sessions need would be lost.")
  private boolean force;

  @Mixin private ControlOptions gate = new ControlOptions();

  ReloadCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Asks the gate; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    if (dryRun && force) {
      throw CommandFailure.unusable("either --dry-run or --force is expected");
    }
    Map<String, String> arguments = new HashMap<>();
    if (dryRun) {
      arguments.put("dry-run", "yes");
    }
    if (force) {
      arguments.put("force", "yes");
    }
    return gate.ask(new ControlRequest("reload", arguments), surroundings);
  }
}
