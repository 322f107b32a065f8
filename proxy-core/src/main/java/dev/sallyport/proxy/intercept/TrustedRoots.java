package dev.sallyport.proxy.intercept;

import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.origin.OriginRoots;
import dev.sallyport.proxy.config.Settings;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// Reads `upstream.roots`. Blocks; not for event loops.
final class TrustedRoots {
  private TrustedRoots() {}

  static OriginRoots of(Settings.Roots roots) throws CannotInterceptException {
    List<X509Certificate> given = new ArrayList<>();
    try {
      for (Path file : roots.files()) {
        given.addAll(CertificateFile.read(file));
      }
    } catch (KeyFileException unreadable) {
      throw new CannotInterceptException("`upstream.roots`: " + unreadable.sentence(), unreadable);
    }
    return roots.system() ? OriginRoots.system().and(given) : OriginRoots.only(given);
  }
}
