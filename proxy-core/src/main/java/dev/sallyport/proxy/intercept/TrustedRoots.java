package dev.sallyport.proxy.intercept;

import dev.sallyport.mitm.origin.OriginRoots;
import dev.sallyport.proxy.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// Reads `upstream.roots`. Blocks; not for event loops.
final class TrustedRoots {
  private TrustedRoots() {}

  static OriginRoots of(Settings.Roots roots) throws CannotInterceptException {
    if (roots.files().isEmpty()) {
      return OriginRoots.system();
    }
    List<X509Certificate> all = new ArrayList<>();
    for (Path file : roots.files()) {
      all.addAll(read(file));
    }
    return roots.system() ? OriginRoots.system().and(all) : OriginRoots.only(all);
  }

  private static List<X509Certificate> read(Path file) throws CannotInterceptException {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        certificates.add((X509Certificate) one);
      }
    } catch (IOException | GeneralSecurityException unreadable) {
      throw new CannotInterceptException(
          "the roots `"
              + file
              + "` of `upstream.roots` cannot be read: give a file of certificates"
              + " in PEM",
          unreadable);
    }
    if (certificates.isEmpty()) {
      throw new CannotInterceptException(
          "the roots `"
              + file
              + "` of `upstream.roots` hold no certificate: give a file of"
              + " certificates in PEM");
    }
    return certificates;
  }
}
