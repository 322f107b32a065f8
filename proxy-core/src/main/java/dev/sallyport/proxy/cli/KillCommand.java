package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.rules.load.LoadException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport kill`: a running gate refuses everything, or one client, host or class, at once.
@Command(
    name = "kill",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a running gate refuse everything, or one client, host or class, at once.",
      "What is open of it ends. It stays so until `sallyport unkill`, also when the gate starts"
          + " again."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it is refused from now on",
      "1:the gate did not do it and says why",
      "2:usage or unreadable settings",
      "3:no gate answers"
    })
final class KillCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private KillOptions target = new KillOptions();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for clients and for the record.")
  private String reason = "";

  @Mixin private ControlOptions gate = new ControlOptions();

  KillCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Asks the gate; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    Map<String, String> arguments = target.arguments();
    arguments.put("reason", reason);
    return gate.ask(new ControlRequest("kill", arguments), surroundings);
  }
}
