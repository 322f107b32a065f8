package dev.sallyport.proxy.run;

import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.proxy.trust.NamedRoots;
import dev.sallyport.proxy.trust.SystemRoots;
import dev.sallyport.proxy.trust.TrustFiles;
import dev.sallyport.proxy.trust.TrustVariables;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Files and variables that make a child trust a gate's authority beside whom it trusted before:
/// refusals are told within TLS, and intercepted hosts are only reached so. The files are in a
/// folder of the user's own, and gone when this is closed. Blocks.
public final class ChildTrust implements AutoCloseable {
  private static final String FOLDER = "sallyport-run-";

  private final Optional<Path> folder;
  private final Optional<TrustFiles> files;
  private final List<String> notes;

  private ChildTrust(Optional<Path> folder, Optional<TrustFiles> files, List<String> notes) {
    this.folder = folder;
    this.files = files;
    this.notes = List.copyOf(notes);
  }

  /// Writes the files.
  ///
  /// @param rootPem the gate's root; without one nothing is written, and nothing changes
  /// @param named what the environment names
  /// @throws CannotRunException when they cannot be written
  public static ChildTrust of(
      Optional<String> rootPem, NamedRoots named, Map<String, String> environment)
      throws CannotRunException {
    if (rootPem.isEmpty()) {
      return new ChildTrust(Optional.empty(), Optional.empty(), List.of());
    }
    try {
      // Nobody else can read or write in it.
      Path folder = Files.createTempDirectory(FOLDER);
      ChildTrust begun = new ChildTrust(Optional.of(folder), Optional.empty(), List.of());
      try {
        TrustFiles files =
            TrustFiles.write(
                folder, SystemRoots.pem(environment) + "\n" + named.pem(), rootPem.get());
        return new ChildTrust(Optional.of(folder), Optional.of(files), notes(named));
      } catch (IOException | KeyFileException | RuntimeException failed) {
        begun.close();
        throw failed;
      }
    } catch (IOException failed) {
      throw CannotRunException.failedBefore(
          "the certificates that the command should trust cannot be written to a temporary folder;"
              + " is the disk full?");
    } catch (KeyFileException unreadable) {
      throw CannotRunException.failedBefore(unreadable.sentence());
    }
  }

  private static List<String> notes(NamedRoots named) {
    List<String> notes = new ArrayList<>();
    if (!named.from().isEmpty()) {
      notes.add(
          "certificates that "
              + list(named.from())
              + " names are trusted as before, beside the system's and the gate's own");
    }
    if (!named.unreadable().isEmpty()) {
      notes.add(
          "the certificates that "
              + list(named.unreadable())
              + " names cannot be read, and are not trusted");
    }
    return notes;
  }

  private static String list(List<String> variables) {
    return String.join(", ", variables.stream().map(Problem::quote).toList());
  }

  /// What the person should know.
  public List<String> notes() {
    return notes;
  }

  /// The environment with the variables in it.
  ///
  /// @param environment what the child gets otherwise
  public Map<String, String> in(Map<String, String> environment) {
    Map<String, String> child = new HashMap<>(environment);
    if (files.isPresent()) {
      Map<String, String> ours = TrustVariables.of(files.get(), environment);
      // npm takes its names in any mixture of capitals.
      child.keySet().removeIf(TrustVariables::namesFile);
      child.putAll(ours);
    }
    return child;
  }

  /// Removes the files. What cannot be removed is left to whoever cleans temporary folders.
  @Override
  public void close() {
    folder.ifPresent(ChildTrust::remove);
  }

  private static void remove(Path folder) {
    try (Stream<Path> inside = Files.list(folder)) {
      for (Path file : inside.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException left) {
      // The certificates are no secret.
    }
  }
}
