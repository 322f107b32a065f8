package dev.sallyport.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `sallyport ca`: the certificate authority of this gate.
@Command(
    name = "ca",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Shows the gate's certificate authority, and makes clients trust it. See"
            + " docs/interception.md.")
final class CaCommand {
  private CaCommand() {}

  /// The command with those below it.
  static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new CaCommand())
        .addSubcommand(new CaShowCommand(surroundings))
        .addSubcommand(new CaExportCommand(surroundings))
        .addSubcommand(new CaEnvCommand(surroundings))
        .addSubcommand(new CaExtendCommand(surroundings));
  }
}
