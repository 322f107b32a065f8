package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.Anchor;
import dev.sallyport.proxy.audit.Trusted;
import dev.sallyport.proxy.audit.VerifyingKey;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// What a log is held against besides itself.
final class TrustOptions {
  @Option(
      names = "--anchor",
      paramLabel = "FILE|SEQ:HASH",
      description = {
        "An event that was written down elsewhere, as `sallyport status` or /audit/head of the"
            + " admin listener",
        "tells it, or a file with one a line."
      })
  private List<String> anchors = new ArrayList<>();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "The public key that signs, in PEM, from a place that the gate cannot write to; without it"
            + " the one beside the",
        "log. Several may be given."
      })
  private List<Path> keys = new ArrayList<>();

  @Option(
      names = "--stretch",
      description = "Take a log that begins with a later event than the first, as an export does.")
  private boolean stretch;

  /// All of it.
  ///
  /// @throws CommandFailure when something cannot be read
  Trusted trusted() throws CommandFailure {
    List<VerifyingKey> known = new ArrayList<>();
    for (Path key : keys) {
      known.add(key(key));
    }
    List<Anchor> named = new ArrayList<>();
    for (String anchor : anchors) {
      Optional<Anchor> one = Anchor.of(anchor);
      if (one.isPresent()) {
        named.add(one.get());
      } else {
        named.addAll(file(anchor));
      }
    }
    return new Trusted(
        known, named, stretch ? Trusted.Beginning.ANYWHERE : Trusted.Beginning.FIRST_EVENT);
  }

  private static VerifyingKey key(Path file) throws CommandFailure {
    try {
      return VerifyingKey.read(file);
    } catch (IOException unreadable) {
      throw CommandFailure.unusable("`--key` " + file + ": " + why(unreadable));
    }
  }

  private static List<Anchor> file(String name) throws CommandFailure {
    try {
      return Anchor.read(Path.of(name));
    } catch (IOException unreadable) {
      throw CommandFailure.unusable(
          "`--anchor` " + name + ": " + why(unreadable) + "; expected a file or `SEQ:HASH`");
    } catch (InvalidPathException noPath) {
      throw CommandFailure.unusable("`--anchor` expects a file or `SEQ:HASH`");
    }
  }

  private static String why(IOException failed) {
    return failed instanceof NoSuchFileException
        ? "there is no such file"
        : String.valueOf(failed.getMessage());
  }
}
