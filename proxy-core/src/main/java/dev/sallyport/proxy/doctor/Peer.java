package dev.sallyport.proxy.doctor;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS that takes whatever certificate is shown, to look at it: whom the doctor trusts is not the
/// question, and nothing is sent in it but requests without a body or a secret.
final class Peer {
  private Peer() {}

  /// A connection with TLS in it.
  ///
  /// @param chain as shown, the leaf first
  record Secured(SSLSocket socket, List<X509Certificate> chain) {}

  /// Shakes hands within a connection.
  ///
  /// @param serverName for the ClientHello; empty for none
  /// @throws IOException when that fails; the connection is closed then
  static Secured shake(Socket socket, String host, Optional<String> serverName, Duration patience)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anyone()}, new SecureRandom());
      SSLSocket secured =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setServerNames(
          serverName
              .<List<javax.net.ssl.SNIServerName>>map(name -> List.of(new SNIHostName(name)))
              .orElse(List.of()));
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      secured.setSSLParameters(parameters);
      secured.setSoTimeout((int) patience.toMillis());
      secured.startHandshake();
      List<X509Certificate> chain =
          List.of(secured.getSession().getPeerCertificates()).stream()
              .map(X509Certificate.class::cast)
              .toList();
      return new Secured(secured, chain);
    } catch (GeneralSecurityException impossible) {
      throw new IOException("this Java has no TLS", impossible);
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  /// Whether a handshake was ended by an alert of the other side, or by its closing.
  static boolean wasTurnedAway(IOException failed) {
    return !(failed instanceof SocketTimeoutException)
        && (failed instanceof SSLException || failed instanceof java.net.SocketException);
  }

  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
