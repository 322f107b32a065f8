package dev.sallyport.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `sallyport catalog`: what the built-in catalogues hold.
@Command(
    name = "catalog",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Shows the catalogues of vendor hosts that a policy can name.")
final class CatalogCommand {
  private CatalogCommand() {}

  /// The command with those below it.
  static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new CatalogCommand())
        .addSubcommand(new CatalogListCommand(surroundings))
        .addSubcommand(new CatalogShowCommand(surroundings));
  }
}
