package dev.sallyport.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `sallyport setup`: tells other programs of a gate.
@Command(
    name = "setup",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Writes a gate into the settings of other programs, and takes it out again.")
final class SetupCommand {
  private SetupCommand() {}

  /// The command with those below it.
  static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new SetupCommand())
        .addSubcommand(new SetupClaudeCodeCommand(surroundings));
  }
}
