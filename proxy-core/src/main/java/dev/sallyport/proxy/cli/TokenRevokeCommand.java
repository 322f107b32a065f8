package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport token revoke NAME`: takes a token off the file.
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description =
        "Takes a token off the file. A gate that runs refuses it once it has read the file.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the token is gone",
      "2:there is none with this name, or a file cannot be used"
    })
final class TokenRevokeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", description = "The token's name.")
  private String name = "";

  @Mixin private TokenOptions options = new TokenOptions();

  @Option(names = "--json", description = "Print what was revoked as JSON.")
  private boolean json;

  TokenRevokeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Revokes; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    Path file = options.file(surroundings);
    if (!revoke(file)) {
      throw CommandFailure.unusable(
          "there is no token "
              + Problem.quote(name)
              + " in "
              + file
              + "; `sallyport token list` shows them");
    }
    surroundings
        .out()
        .println(json ? Json.text(Map.of("revoked", name)) : "revoked `" + name + "` in " + file);
    return ExitCode.OK;
  }

  private boolean revoke(Path file) throws LoadException, CommandFailure {
    try {
      return new TokenFile(file).revoke(name);
    } catch (IOException failed) {
      throw FileFailure.of(file, failed);
    }
  }
}
