package dev.sallyport.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `sallyport audit`: reads what the gate wrote down.
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Reads and verifies the audit log.")
final class AuditCommand {
  private AuditCommand() {}

  /// The command with those below it.
  static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new AuditCommand())
        .addSubcommand(new AuditTailCommand(surroundings))
        .addSubcommand(new AuditQueryCommand(surroundings))
        .addSubcommand(new AuditReportCommand(surroundings))
        .addSubcommand(new AuditVerifyCommand(surroundings))
        .addSubcommand(new AuditExportCommand(surroundings))
        .addSubcommand(new AuditKeyCommand(surroundings));
  }
}
