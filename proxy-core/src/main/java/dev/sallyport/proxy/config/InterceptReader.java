package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.AuthorityPlace;
import dev.sallyport.proxy.config.Settings.InBand;
import dev.sallyport.proxy.config.Settings.Intercept;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads `intercept`.
final class InterceptReader {
  private static final String MEMORY = "memory";

  private final SettingValues values;
  private final Path folder;

  /// @param folder where the authority is kept unless the settings say otherwise
  InterceptReader(SettingValues values, Path folder) {
    this.values = values;
    this.folder = folder;
  }

  Intercept intercept(Fields root) {
    Fields intercept = values.section(root, "intercept");
    Optional<Node.Scalar> place = intercept.scalar("authority");
    Optional<Node.Scalar> certificate = intercept.scalar("certificate");
    Optional<Node.Scalar> key = intercept.scalar("key");
    Optional<Path> passphrase = intercept.scalar("passphrase-file").flatMap(values::path);
    Optional<String> inBand =
        intercept.choice("refuse-in-band", List.of("auto", "always", "never"));
    Intercept read =
        new Intercept(
            authority(place, certificate, key, passphrase),
            inBand.map(word -> InBand.valueOf(word.toUpperCase(Locale.ROOT))).orElse(InBand.AUTO));
    intercept.finish();
    return read;
  }

  private AuthorityPlace authority(
      Optional<Node.Scalar> place,
      Optional<Node.Scalar> certificate,
      Optional<Node.Scalar> key,
      Optional<Path> passphrase) {
    if (place.isPresent() && place.get().text().equals(MEMORY)) {
      return new AuthorityPlace.Memory();
    }
    if (certificate.isPresent() != key.isPresent()) {
      values.problem(
          certificate.or(() -> key).orElseThrow().place(),
          "`certificate` and `key` belong together",
          "write both, or neither");
    }
    Optional<Path> certificateFile = certificate.flatMap(values::path);
    Optional<Path> keyFile = key.flatMap(values::path);
    if (certificateFile.isPresent() && keyFile.isPresent()) {
      return new AuthorityPlace.Own(certificateFile.get(), keyFile.get(), passphrase);
    }
    return new AuthorityPlace.Folder(place.flatMap(values::path).orElse(folder));
  }
}
