package dev.sallyport.proxy.cli;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.AuthorityException;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.mitm.keys.PrivateKeyFile;
import dev.sallyport.proxy.intercept.InterceptedHosts;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport ca extend`: brings the issuers up to date where the root key is kept elsewhere.
@Command(
    name = "extend",
    mixinStandardHelpOptions = true,
    description =
        "Makes the issuers anew for what the policy intercepts, with a root key that is kept"
            + " elsewhere. The key is read, and written nowhere.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the issuers suffice", "2:there is no authority, or a file cannot be used"})
final class CaExtendCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CaOptions options = new CaOptions();

  @Option(
      names = "--root-key",
      required = true,
      paramLabel = "FILE",
      description = "The key of the root, PEM or DER; encrypted if you like.")
  private Path rootKey = Path.of("");

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "A file whose first line opens the key.")
  private @Nullable Path passphrase;

  @Option(
      names = "--policy",
      paramLabel = "PATH",
      description = "The policy, a file or a folder; the one of the settings if left out.")
  private @Nullable Path policy;

  CaExtendCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Extends; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    // There has to be one already: with a key from outside, nothing is begun.
    CaOptions.Found found = options.existing(surroundings);
    try {
      Path file = passphrase;
      Passphrase opens = file == null ? Passphrase.none() : Passphrase.in(file);
      Authority extended =
          Authority.extend(
              found.folder(),
              PrivateKeyFile.read(rootKey, opens),
              InterceptedHosts.of(policy()),
              surroundings.clock());
      surroundings.out().println("signs for " + CaShowCommand.hosts(extended.permitted()));
      return ExitCode.OK;
    } catch (KeyFileException failed) {
      throw CommandFailure.unusable(failed.sentence());
    } catch (AuthorityException failed) {
      throw CommandFailure.unusable(failed.sentence());
    } catch (IllegalArgumentException tooMany) {
      throw CommandFailure.unusable(String.valueOf(tooMany.getMessage()));
    }
  }

  private Policy policy() throws LoadException {
    Path named = policy;
    return named != null
        ? PolicyLocation.read(named)
        : PolicyLocation.read(
            PolicyLocation.of(options.settings(surroundings), surroundings.folders()));
  }
}
