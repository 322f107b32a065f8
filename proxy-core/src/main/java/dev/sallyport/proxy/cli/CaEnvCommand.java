package dev.sallyport.proxy.cli;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.proxy.trust.SystemRoots;
import dev.sallyport.proxy.trust.TrustFiles;
import dev.sallyport.proxy.trust.TrustVariables;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport ca env`: `eval "$(sallyport ca env)"` makes the tools of a shell trust the gate.
@Command(
    name = "env",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a bundle of the system's roots and the gate's, and prints the variables that make"
          + " common tools use it: eval \"$(sallyport ca env)\"."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:there is no authority, or a file cannot be used"})
final class CaEnvCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CaOptions options = new CaOptions();

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description = "Where the bundle goes; the folder trust in your state folder if left out.")
  private @Nullable Path to;

  @Option(names = "--json", description = "Print the variables as JSON.")
  private boolean json;

  CaEnvCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Writes and prints; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    Authority authority = options.existing(surroundings).authority();
    Path named = to;
    Path folder = named == null ? surroundings.folders().state().resolve("trust") : named;
    Map<String, String> variables;
    try {
      TrustFiles files =
          TrustFiles.write(
              folder.toAbsolutePath().normalize(),
              SystemRoots.pem(surroundings.environment()),
              authority.rootPem());
      variables = TrustVariables.of(files, surroundings.environment());
    } catch (IOException failed) {
      throw FileFailure.of(folder, failed);
    } catch (KeyFileException failed) {
      throw CommandFailure.unusable(failed.sentence());
    }
    if (json) {
      surroundings.out().println(Json.text(variables));
    } else {
      variables.forEach(
          (name, value) -> surroundings.out().println("export " + name + "=" + quoted(value)));
    }
    return ExitCode.OK;
  }

  /// For any POSIX shell.
  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
