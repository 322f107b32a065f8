package dev.sallyport.proxy.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.proxy.trust.NamedRoots;
import dev.sallyport.proxy.trust.SystemRoots;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// TLS with a gate whose URL is `https://`. Credentials go over it, so that its certificate counts:
/// it must be for the gate's name, from a root that the tools of this environment trust.
final class GateTls {
  private GateTls() {}

  /// Shakes hands within a connection; the caller closes it when that fails.
  ///
  /// @param environment names roots, as for tools
  /// @throws IOException with a sentence
  static Socket shake(
      Socket socket, String host, Map<String, String> environment, Duration patience)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, roots(environment).getTrustManagers(), null);
      SSLSocket secured =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.setSoTimeout((int) patience.toMillis());
      secured.startHandshake();
      return secured;
    } catch (SSLException untrusted) {
      throw new IOException(
          "the gate's certificate is not trusted here, or is for another name", untrusted);
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the roots of this environment cannot be used", unusable);
    }
  }

  private static TrustManagerFactory roots(Map<String, String> environment)
      throws IOException, GeneralSecurityException {
    String pem = SystemRoots.pem(environment) + "\n" + NamedRoots.of(environment).pem();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int count = 0;
    for (Certificate root :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem.getBytes(ISO_8859_1)))) {
      store.setCertificateEntry("root-" + count, root);
      count++;
    }
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(store);
    return trusted;
  }
}
