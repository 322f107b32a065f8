package dev.sallyport.proxy.intercept;

import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the gate shows to origins that ask who it is: for exactly one host and port each.
/// Immutable.
final class OwnCertificates {
  private final Map<Place, OwnKey> keys;

  private record Place(Host host, int port) {}

  private OwnCertificates(Map<Place, OwnKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  /// Reads them. Blocks; not for event loops.
  static OwnCertificates read(List<Settings.ClientCertificate> certificates)
      throws CannotInterceptException {
    Map<Place, OwnKey> keys = new HashMap<>();
    try {
      for (Settings.ClientCertificate each : certificates) {
        keys.put(
            new Place(each.host(), each.port()),
            OwnKey.read(each.certificate(), each.key(), passphrase(each.passphrase())));
      }
    } catch (KeyFileException unreadable) {
      throw new CannotInterceptException(
          "`upstream.certificates`: " + unreadable.sentence(), unreadable);
    }
    return new OwnCertificates(keys);
  }

  /// What opens a key.
  static Passphrase passphrase(Optional<Path> file) throws KeyFileException {
    return file.isPresent() ? Passphrase.in(file.get()) : Passphrase.none();
  }

  /// For this origin, if there is one.
  Optional<OwnKey> of(Destination origin) {
    return Optional.ofNullable(keys.get(new Place(origin.host(), origin.port())));
  }
}
