package dev.sallyport.mitm.origin;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Who may vouch for origins.
public final class OriginRoots {
  private final @Nullable KeyStore store;

  private OriginRoots(@Nullable KeyStore store) {
    this.store = store;
  }

  /// The roots of this Java.
  public static OriginRoots system() {
    return new OriginRoots(null);
  }

  /// These certificates and no others.
  public static OriginRoots only(Collection<X509Certificate> roots) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate root : roots) {
        store.setCertificateEntry("root-" + number++, root);
      }
      return new OriginRoots(store);
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("the roots cannot be held", e);
    }
  }

  TrustManager trustManager() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the roots of this Java cannot be read", e);
    }
  }
}
