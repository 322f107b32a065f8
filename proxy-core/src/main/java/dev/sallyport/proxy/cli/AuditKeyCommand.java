package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.VerifyingKey;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sallyport audit key`: the public key that checkpoints are signed with, to be kept elsewhere.
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the public key with which the gate signs its audit log, in PEM. Keep it where the"
          + " gate cannot write",
      "and give it to `audit verify --key`."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:there is no such log, or no key beside it"})
final class AuditKeyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();

  AuditKeyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Prints; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    Path file = VerifyingKey.fileBeside(options.existing(surroundings));
    try {
      surroundings.out().print(VerifyingKey.read(file).pem());
      surroundings.out().flush();
      return ExitCode.OK;
    } catch (IOException none) {
      throw CommandFailure.unusable(
          "there is no audit signing key at `" + file + "`; a gate makes one when it starts");
    }
  }
}
