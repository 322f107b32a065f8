package dev.sallyport.proxy.trust;

import dev.sallyport.mitm.keys.Pem;
import dev.sallyport.mitm.origin.OriginRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The roots that programs on this machine trust already, in PEM.
public final class SystemRoots {
  /// Where systems keep them: Debian and Alpine, Fedora, SUSE, macOS and the BSDs.
  private static final List<Path> PLACES =
      Stream.of(
              "/etc/ssl/certs/ca-certificates.crt",
              "/etc/pki/tls/certs/ca-bundle.crt",
              "/etc/ssl/ca-bundle.pem",
              "/etc/ssl/cert.pem")
          .map(Path::of)
          .toList();

  static final String VARIABLE = "SSL_CERT_FILE";

  private SystemRoots() {}

  /// The bundle that `SSL_CERT_FILE` names, since tools use that one; else the system's; else,
  /// where there is none, the roots of this Java.
  ///
  /// @param environment of the client
  /// @throws IOException when the bundle that is there cannot be read
  public static String pem(Map<String, String> environment) throws IOException {
    Optional<Path> found = file(environment);
    if (found.isPresent()) {
      // Comments in such files are in the encodings of the world; the certificates are ASCII.
      return Files.readString(found.get(), StandardCharsets.ISO_8859_1);
    }
    return OriginRoots.system().certificates().stream().map(Pem::of).collect(Collectors.joining());
  }

  /// Whether a path leads to a bundle of the system's.
  static boolean isOne(String file) {
    try {
      Path real = Path.of(file).toRealPath();
      for (Path place : PLACES) {
        if (Files.exists(place) && place.toRealPath().equals(real)) {
          return true;
        }
      }
    } catch (IOException | InvalidPathException none) {
      return false;
    }
    return false;
  }

  /// The bundle, if there is one.
  ///
  /// @param environment of the client
  public static Optional<Path> file(Map<String, String> environment) {
    Optional<Path> named =
        Optional.ofNullable(environment.get(VARIABLE))
            .filter(text -> !text.isEmpty())
            .map(Path::of);
    return Stream.concat(named.stream(), PLACES.stream()).filter(Files::isRegularFile).findFirst();
  }
}
