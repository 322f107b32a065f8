package dev.sallyport.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `sallyport token`: the tokens that clients prove themselves with.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Adds, lists and revokes the tokens that clients show as proxy credentials.")
final class TokenCommand {
  private TokenCommand() {}

  /// The command with those below it.
  static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new TokenCommand())
        .addSubcommand(new TokenAddCommand(surroundings))
        .addSubcommand(new TokenListCommand(surroundings))
        .addSubcommand(new TokenRevokeCommand(surroundings));
  }
}
