package dev.sallyport.proxy.cli;

import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sallyport ca export`: the certificate that clients have to trust; never a key.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description =
        "Prints the root certificate in PEM, or writes it to a file. Keys stay where they are.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:exported", "2:there is no authority, or a file cannot be used"})
final class CaExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CaOptions options = new CaOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where to; standard output if left out.")
  private @Nullable Path file;

  CaExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Exports; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    String pem = options.existing(surroundings).authority().rootPem();
    Path to = file;
    if (to == null) {
      surroundings.out().print(pem);
      return ExitCode.OK;
    }
    try {
      Files.writeString(to, pem);
    } catch (IOException failed) {
      throw FileFailure.of(to, failed);
    }
    return ExitCode.OK;
  }
}
