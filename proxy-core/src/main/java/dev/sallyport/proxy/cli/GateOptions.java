package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.run.CentralGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--gate URL` of `sallyport run`, and by what that gate knows us.
final class GateOptions {
  /// Holds `NAME:TOKEN`; the command does not get it.
  static final String TOKEN_VARIABLE = "SALLYPORT_GATE_TOKEN";

  @Option(
      names = "--gate",
      paramLabel = "URL",
      description =
          "Go through a gate somewhere else, which decides and keeps the record:"
              + " https://gate.example:3128. No gate is started here. A token comes from"
              + " SALLYPORT_GATE_TOKEN or --token-file.")
  private @Nullable String gate;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "With --gate: a file whose first line is NAME:TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "With --gate: this client's certificate, in PEM.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "With --gate: the key of --certificate, in PEM.")
  private @Nullable Path key;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "With --gate: a file whose first line opens the key.")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--gate-authority",
      paramLabel = "FILE",
      description =
          "With --gate: who vouches for the gate's certificate, in PEM, instead of the"
              + " system's roots.")
  private @Nullable Path authority;

  /// Whether another gate is named.
  boolean isNamed() {
    return gate != null;
  }

  /// The options that need `--gate` beside them and have it not.
  void check() throws CommandFailure {
    boolean alone =
        gate == null
            && (tokenFile != null
                || certificate != null
                || key != null
                || passphraseFile != null
                || authority != null);
    if (alone) {
      throw CommandFailure.unusable(
          "--token-file, --certificate, --key, --passphrase-file and --gate-authority say how a"
              + " central gate is reached; write `--gate URL` with them");
    }
    if ((certificate == null) != (key == null)) {
      throw CommandFailure.unusable("--certificate and --key belong together; write both");
    }
  }

  /// The gate that is named.
  ///
  /// @param folder where relative paths start
  CentralGate read(Map<String, String> environment, Path folder) throws CommandFailure {
    Optional<CentralGate.Certificate> own =
        path(certificate, folder)
            .flatMap(
                shown ->
                    path(key, folder)
                        .map(
                            secret ->
                                new CentralGate.Certificate(
                                    shown, secret, path(passphraseFile, folder))));
    try {
      return CentralGate.of(
          Optional.ofNullable(gate).orElseThrow(),
          new CentralGate.Credentials(
              token(environment, folder),
              own,
              path(authority, folder).map(List::of).orElse(List.of())));
    } catch (CentralGate.UnusableException unusable) {
      throw CommandFailure.unusable(unusable.sentence());
    }
  }

  private Optional<String> token(Map<String, String> environment, Path folder)
      throws CommandFailure {
    Optional<Path> file = path(tokenFile, folder);
    if (file.isEmpty()) {
      return Optional.ofNullable(environment.get(TOKEN_VARIABLE)).filter(text -> !text.isBlank());
    }
    try {
      Optional<String> line = Files.readString(file.get()).lines().findFirst();
      if (line.isPresent() && !line.get().isBlank()) {
        return line;
      }
      throw CommandFailure.unusable("the token file `" + file.get() + "` is empty");
    } catch (IOException unreadable) {
      throw CommandFailure.unusable(
          "the token file `" + file.get() + "` cannot be read; look at its permissions");
    }
  }

  private static Optional<Path> path(@Nullable Path given, Path folder) {
    return Optional.ofNullable(given).map(folder::resolve);
  }
}
