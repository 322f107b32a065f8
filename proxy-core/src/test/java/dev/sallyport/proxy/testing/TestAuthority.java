package dev.sallyport.proxy.testing;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.LeafRequest;
import dev.sallyport.mitm.authority.Leaves;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.mitm.authority.Purpose;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// An authority of the tests' own, which vouches for origins; and contexts of clients that trust
/// one root alone.
public final class TestAuthority {
  private static final Authority AUTHORITY =
      Authority.inMemory(new Permitted.Anything(), InstantSource.system());

  private TestAuthority() {}

  /// Writes its root where a gate may read it.
  public static Path rootFile(Path folder) throws IOException {
    return Files.writeString(folder.resolve("origin-ca.pem"), AUTHORITY.rootPem());
  }

  /// For an origin with a certificate for this host.
  public static SSLContext originContext(String host) {
    try (Leaves leaves = new Leaves(AUTHORITY, TlsProvider.JDK, 1)) {
      LeafRequest request = new LeafRequest(host, Purpose.INTERCEPT, List.of());
      var made = leaves.contextFor(request, "test", ImmediateEventExecutor.INSTANCE);
      Await.until("a leaf for " + host, made::isDone);
      return ((JdkSslContext) made.getNow()).context();
    }
  }

  /// For a client that trusts this root and no other.
  public static SSLContext trusting(String rootPem) throws IOException {
    try {
      Certificate root =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(rootPem.getBytes(StandardCharsets.US_ASCII)));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("root", root);
      TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
      trusted.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException failed) {
      throw new IOException(failed);
    }
  }
}
