package dev.sallyport.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `sallyport policy`: what one does with a policy without a gate.
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Checks, tests and explains a policy, without a gate.")
final class PolicyCommand {
  private PolicyCommand() {}

  /// The command with those below it.
  static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new PolicyCommand())
        .addSubcommand(new PolicyCheckCommand(surroundings))
        .addSubcommand(new PolicyTestCommand(surroundings))
        .addSubcommand(new PolicyExplainCommand(surroundings))
        .addSubcommand(new PolicyDiffCommand(surroundings))
        .addSubcommand(new PolicyReplayCommand(surroundings))
        .addSubcommand(new PolicySuggestCommand(surroundings))
        .addSubcommand(new PolicyImportCommand(surroundings))
        .addSubcommand(new PolicyExportCommand(surroundings));
  }
}
