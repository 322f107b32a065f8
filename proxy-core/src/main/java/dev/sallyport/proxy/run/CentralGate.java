package dev.sallyport.proxy.run;

import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.OneKey;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.proxy.config.ParentUrl;
import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.dial.SystemNames;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// A gate somewhere else, that decides and keeps the record: where it is, how it is known, and by
/// what it knows us. Blocks; for any thread.
public final class CentralGate {
  /// To connect, and for the handshake.
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String HTTPS = "https://";
  private static final String HTTP = "http://";

  private final Parents.Parent where;
  private final Optional<SSLSocketFactory> tls;
  private final Optional<String> authorization;

  private CentralGate(
      Parents.Parent where, Optional<SSLSocketFactory> tls, Optional<String> authorization) {
    this.where = where;
    this.tls = tls;
    this.authorization = authorization;
  }

  /// By what the gate knows us, and we the gate.
  ///
  /// @param token `NAME:TOKEN`
  /// @param certificate of this client, with its key
  /// @param authorities PEM files of those who may vouch for the gate; empty for the system's roots
  public record Credentials(
      Optional<String> token, Optional<Certificate> certificate, List<Path> authorities) {
    public Credentials {
      authorities = List.copyOf(authorities);
    }
  }

  /// A certificate and its key, PEM, or PKCS#12 when both are one file.
  public record Certificate(Path certificate, Path key, Optional<Path> passphrase) {}

  /// The gate cannot be used; the sentence is for a person.
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String sentence) {
      super(sentence, null, false, false);
    }

    /// What is wrong and what to do.
    public String sentence() {
      return String.valueOf(getMessage());
    }
  }

  /// Reads a URL, `http://host:port` or `https://host:port`, with or without credentials in it.
  ///
  /// @throws UnusableException when it is none, or files cannot be used
  public static CentralGate of(String url, Credentials credentials) throws UnusableException {
    boolean secured = url.regionMatches(true, 0, HTTPS, 0, HTTPS.length());
    Parents.Parent where = parse(secured ? HTTP + url.substring(HTTPS.length()) : url);
    if (!secured
        && (credentials.certificate().isPresent() || !credentials.authorities().isEmpty())) {
      throw new UnusableException(
          "a certificate is shown, and the gate's is checked, within TLS only; write `--gate"
              + " https://...`");
    }
    Optional<String> authorization =
        credentials.token().isPresent()
            ? Optional.of(basic(credentials.token().get()))
            : where.authorization();
    return new CentralGate(
        where, secured ? Optional.of(factory(credentials)) : Optional.empty(), authorization);
  }

  private static Parents.Parent parse(String url) throws UnusableException {
    try {
      return ParentUrl.parse(url);
    } catch (ParentUrl.MalformedException wrong) {
      throw new UnusableException(
          "--gate: "
              + wrong.why().replace("parent proxy", "gate")
              + "; write `https://gate.example:3128`, the token elsewhere");
    }
  }

  private static String basic(String token) throws UnusableException {
    if (token.indexOf(':') <= 0 || token.chars().anyMatch(Character::isISOControl)) {
      throw new UnusableException(
          "the token must be `NAME:TOKEN` in one line: the name, and what `sallyport token add"
              + " NAME` printed");
    }
    return "Basic " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
  }

  private static SSLSocketFactory factory(Credentials credentials) throws UnusableException {
    try {
      KeyManager[] keys = {};
      if (credentials.certificate().isPresent()) {
        Certificate own = credentials.certificate().get();
        Passphrase passphrase =
            own.passphrase().isPresent()
                ? Passphrase.in(own.passphrase().get())
                : Passphrase.none();
        keys = new KeyManager[] {new OneKey(OwnKey.read(own.certificate(), own.key(), passphrase))};
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust(credentials.authorities()), null);
      return context.getSocketFactory();
    } catch (KeyFileException unreadable) {
      throw new UnusableException(unreadable.sentence());
    } catch (GeneralSecurityException | IOException unusable) {
      throw new UnusableException("TLS with the gate cannot be set up");
    }
  }

  /// Those of the system where nobody is named.
  private static TrustManager[] trust(List<Path> files)
      throws KeyFileException, GeneralSecurityException, IOException {
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int count = 0;
    for (Path file : files) {
      for (X509Certificate one : CertificateFile.read(file)) {
        store.setCertificateEntry("authority-" + count++, one);
      }
    }
    if (count == 0) {
      trusted.init((KeyStore) null);
    } else {
      trusted.init(store);
    }
    return trusted.getTrustManagers();
  }

  /// How it is shown to a person, without credentials.
  public String shown() {
    return (tls.isPresent() ? HTTPS : HTTP) + where.host().authorityText() + ":" + where.port();
  }

  /// The value of `Proxy-Authorization` that goes up with each request.
  Optional<String> authorization() {
    return authorization;
  }

  /// A new connection; TLS is done where the URL says https.
  ///
  /// @throws UnusableException when there is none, with the reason in words
  Socket connect() throws UnusableException {
    try {
      return connect(SystemNames.of(where.host()));
    } catch (IOException failed) {
      throw new UnusableException("the gate " + shown() + " " + why(failed));
    }
  }

  /// The first of its addresses that answers.
  private Socket connect(List<InetAddress> addresses) throws IOException {
    IOException last = new UnknownHostException("no address");
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, where.port()), (int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        return tls.isPresent() ? secured(socket, tls.get()) : socket;
      } catch (IOException failed) {
        closeQuietly(socket);
        last = failed;
      }
    }
    throw last;
  }

  private Socket secured(Socket socket, SSLSocketFactory factory) throws IOException {
    SSLSocket secured =
        (SSLSocket) factory.createSocket(socket, where.host().text(), where.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    secured.setSSLParameters(parameters);
    secured.setSoTimeout((int) PATIENCE.toMillis());
    secured.startHandshake();
    secured.setSoTimeout(0);
    return secured;
  }

  private String why(IOException failed) {
    for (Throwable each = failed; each != null; each = each.getCause()) {
      if (each instanceof CertificateException) {
        return "shows a certificate that is not trusted; name its authority with"
            + " `--gate-authority FILE`";
      }
    }
    return switch (failed) {
      case UnknownHostException unknown -> "cannot be found: its name does not resolve";
      case ConnectException refused -> "cannot be reached: nobody listens there";
      case SocketTimeoutException slow -> "does not answer in time";
      case SSLException broken ->
          "ends the TLS handshake; does it speak TLS there, and does it want another certificate?";
      default -> "cannot be reached";
    };
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is gone then.
    }
  }
}
