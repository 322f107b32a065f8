package dev.sallyport.mitm.origin;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

/// Who may vouch for origins. Immutable.
public final class OriginRoots {
  private final List<X509Certificate> certificates;
  private final Map<X500Principal, List<Presented>> byName = new HashMap<>();

  private OriginRoots(Collection<X509Certificate> certificates) {
    this.certificates = List.copyOf(certificates);
    for (X509Certificate certificate : certificates) {
      // One that cannot be read vouches for nobody; another may be the one that is needed.
      Presented.tryRead(certificate)
          .ifPresent(
              root -> byName.computeIfAbsent(root.subject(), _ -> new ArrayList<>()).add(root));
    }
  }

  /// The roots of this Java.
  ///
  /// @throws IllegalStateException when they cannot be read
  public static OriginRoots system() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      List<X509Certificate> roots = new ArrayList<>();
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          roots.addAll(Arrays.asList(trust.getAcceptedIssuers()));
        }
      }
      return new OriginRoots(roots);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the roots of this Java cannot be read", e);
    }
  }

  /// These certificates and no others.
  public static OriginRoots only(Collection<X509Certificate> roots) {
    return new OriginRoots(roots);
  }

  /// These certificates as well.
  public OriginRoots and(Collection<X509Certificate> more) {
    List<X509Certificate> all = new ArrayList<>(certificates);
    all.addAll(more);
    return new OriginRoots(all);
  }

  /// How many there are.
  public int size() {
    return certificates.size();
  }

  /// All of them.
  public List<X509Certificate> certificates() {
    return certificates;
  }

  /// The roots of this name.
  List<Presented> named(X500Principal name) {
    return byName.getOrDefault(name, List.of());
  }

  /// Whether exactly this certificate is one of them.
  boolean contains(Presented certificate) {
    return named(certificate.subject()).stream()
        .anyMatch(root -> root.certificate().equals(certificate.certificate()));
  }
}
