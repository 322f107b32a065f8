package dev.sallyport.proxy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A client that is told to use the gate, by hand, so that it can also do what no decent client
/// does.
final class DemoClient {
  /// For every read. Nothing in the demo takes long, except on a machine that is busy with
  /// something else.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int HTTPS = 443;
  private static final int TLS_ALERT = 21;
  private static final int ALERT_LENGTH = 7;

  private final InetSocketAddress gate;
  private final SSLContext tls;

  DemoClient(InetSocketAddress gate, SSLContext tls) {
    this.gate = gate;
    this.tls = tls;
  }

  /// Asks for a URL as a well-behaved client does: https through a tunnel, http in absolute form.
  ///
  /// @param part takes each chunk of the answer as it comes
  Reply request(String method, String url, String body, Consumer<String> part) throws IOException {
    URI uri = URI.create(url);
    if (uri.getScheme().equals("http")) {
      return inClear(method, url);
    }
    try (Socket socket = connected()) {
      Reply tunnel = connect(socket, uri.getHost() + ":" + HTTPS);
      if (tunnel.status() != 200) {
        return tunnel;
      }
      try (SSLSocket secured = secured(socket, uri.getHost())) {
        send(secured, head(method, uri.getPath(), uri.getHost(), body));
        return Reply.read(secured.getInputStream(), part);
      }
    }
  }

  /// Asks for a tunnel only.
  Reply connect(String authority) throws IOException {
    try (Socket socket = connected()) {
      return connect(socket, authority);
    }
  }

  /// Sends a whole request to the gate in clear, with a secret in it.
  Reply inClear(String method, String url) throws IOException {
    try (Socket socket = connected()) {
      send(
          socket,
          method
              + " "
              + url
              + " HTTP/1.1\r\nHost: "
              + URI.create(url).getHost()
              + "\r\nX-Api-Key: "
              + DemoSession.SECRET
              + "\r\nAccept: text/plain\r\nConnection: close\r\n\r\n");
      return Reply.read(socket.getInputStream(), part -> {});
    }
  }

  /// Opens a tunnel to one host and begins TLS for another in it.
  ///
  /// @return how it ended
  String pretend(String host, String serverName) throws IOException {
    try (Socket socket = connected()) {
      connect(socket, host + ":" + HTTPS);
      secured(socket, serverName).close();
      return "connected";
    } catch (SSLException refused) {
      boolean alert = String.valueOf(refused.getMessage()).contains("access_denied");
      return alert ? "TLS alert access_denied" : "no TLS";
    }
  }

  /// Opens a tunnel and sends something that is no TLS.
  ///
  /// @return how it ended
  String speak(String host, String text) throws IOException {
    try (Socket socket = connected()) {
      connect(socket, host + ":" + HTTPS);
      send(socket, text);
      byte[] alert = socket.getInputStream().readNBytes(ALERT_LENGTH);
      boolean denied =
          alert.length == ALERT_LENGTH && alert[0] == TLS_ALERT && alert[ALERT_LENGTH - 1] == 49;
      return denied ? "TLS alert access_denied" : "no alert";
    }
  }

  /// A tunnel that stays open.
  Tunnel open(String host) throws IOException {
    Socket socket = connected();
    connect(socket, host + ":" + HTTPS);
    return new Tunnel(secured(socket, host));
  }

  /// An open tunnel with TLS in it.
  record Tunnel(SSLSocket socket) implements AutoCloseable {
    /// Waits until the other side ends it.
    String end() throws IOException {
      try (InputStream in = socket.getInputStream()) {
        return in.read() < 0 ? "ended" : "still open";
      } catch (SSLException | SocketException cut) {
        return "ended";
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket();
    socket.connect(gate, (int) PATIENCE.toMillis());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static Reply connect(Socket socket, String authority) throws IOException {
    send(
        socket,
        "CONNECT "
            + authority
            + " HTTP/1.1\r\nHost: "
            + authority
            + "\r\nAccept: text/plain\r\n\r\n");
    Reply head = Reply.head(socket.getInputStream());
    if (head.status() == 200) {
      return head;
    }
    return new Reply(
        head.status(), head.headers(), new String(socket.getInputStream().readAllBytes(), UTF_8));
  }

  private SSLSocket secured(Socket socket, String serverName) throws IOException {
    SSLSocket secured =
        (SSLSocket) tls.getSocketFactory().createSocket(socket, serverName, HTTPS, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private static String head(String method, String path, String host, String body) {
    String length = method.equals("POST") ? "Content-Length: " + body.length() + "\r\n" : "";
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: "
        + host
        + "\r\n"
        + length
        + "Connection: close\r\n\r\n"
        + body;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
  }
}
