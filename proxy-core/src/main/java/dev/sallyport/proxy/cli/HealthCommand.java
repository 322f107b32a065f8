package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.admin.AdminProbe;
import dev.sallyport.rules.load.LoadException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport health`: whether the gate of these settings takes work, by its admin listener; the
/// health check of the container image.
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Asks the gate of these settings, at its admin listener, whether it takes work.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it does",
      "1:it does not, or no gate answers",
      "2:usage or unreadable settings"
    })
final class HealthCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Option(
      names = "--live",
      description = "Ask only whether the gate answers, not whether it takes work.")
  private boolean live;

  HealthCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Asks the gate; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    AdminProbe.Answer answer =
        settings
            .load(surroundings)
            .settings()
            .admin()
            .map(where -> AdminProbe.ask(where, live ? "/healthz" : "/readyz"))
            .orElseThrow(
                () -> CommandFailure.unusable("these settings give the gate no admin listener"));
    if (answer.good()) {
      surroundings.out().println(answer.sentence());
      return ExitCode.OK;
    }
    surroundings.err().println("sallyport: " + answer.sentence());
    return ExitCode.DOES_NOT_HOLD;
  }
}
