package dev.sallyport.proxy.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/// One end of a connection, octet by octet; text is ISO 8859-1. Not for several threads, but one
/// may read while another writes.
public final class Wire implements Closeable {
  private static final String EMPTY_LINE = "\r\n\r\n";

  private final Socket socket;
  private final InputStream in;

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Await.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// Over a socket that somebody else made, such as one with TLS.
  public static Wire over(Socket socket) throws IOException {
    return new Wire(socket);
  }

  /// Connects.
  public static Wire to(InetSocketAddress address) throws IOException {
    return new Wire(new Socket(address.getAddress(), address.getPort()));
  }

  /// TLS over this connection, with this host; the handshake is done.
  public Wire secured(SSLContext context, String host, String... protocols) throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(host)));
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(protocols);
    tls.setSSLParameters(parameters);
    try {
      tls.startHandshake();
      return new Wire(tls);
    } catch (IOException failed) {
      tls.close();
      throw failed;
    }
  }

  /// The same connection within TLS, as its server; what goes past that is not TLS's to know.
  public Wire answering(SSLContext context) throws IOException {
    return new Wire(
        context.getSocketFactory().createSocket(socket, InputStream.nullInputStream(), false));
  }

  /// Who the other side of TLS has shown to be; empty when it has shown nothing.
  public Optional<String> peer() {
    try {
      return socket instanceof SSLSocket tls
          ? Optional.of(tls.getSession().getPeerPrincipal().getName())
          : Optional.empty();
    } catch (SSLPeerUnverifiedException nobody) {
      return Optional.empty();
    }
  }

  /// The same with the handshake done, where it has TLS.
  Wire shaken() throws IOException {
    if (socket instanceof SSLSocket tls) {
      tls.startHandshake();
    }
    return this;
  }

  /// What ALPN agreed on; empty without TLS or ALPN.
  public String protocol() {
    return socket instanceof SSLSocket tls
        ? Optional.ofNullable(tls.getApplicationProtocol()).orElse("")
        : "";
  }

  /// Sends all of it.
  public Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Sends all of it.
  public Wire send(byte[] octets) throws IOException {
    socket.getOutputStream().write(octets);
    return this;
  }

  /// Sends the first octets of an array.
  public Wire send(byte[] octets, int length) throws IOException {
    socket.getOutputStream().write(octets, 0, length);
    return this;
  }

  /// Ends its own half.
  public Wire endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /// Ends with a reset.
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /// A head with its empty line; empty when the other side ended before its first octet.
  public String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith(EMPTY_LINE)) {
      int octet = in.read();
      if (octet < 0) {
        if (head.isEmpty()) {
          return "";
        }
        throw new IOException("the head is cut short: " + head);
      }
      head.append((char) octet);
    }
    return head.toString();
  }

  /// This many octets, or fewer when the other side ends.
  public String read(int octets) throws IOException {
    return new String(in.readNBytes(octets), StandardCharsets.ISO_8859_1);
  }

  /// Reads what there is into an array; -1 when the other side has ended.
  public int readSome(byte[] into) throws IOException {
    return in.read(into);
  }

  /// Everything until the other side ends; a reset is an error.
  public byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  /// Everything until the other side ends, as text.
  public String restOfText() throws IOException {
    return new String(rest(), StandardCharsets.ISO_8859_1);
  }

  /// Drops this many octets, or fewer when the other side ends. Returns how many.
  public long skip(long octets) throws IOException {
    byte[] part = new byte[64 * 1024];
    long done = 0;
    while (done < octets) {
      int read = in.read(part, 0, (int) Math.min(part.length, octets - done));
      if (read < 0) {
        break;
      }
      done += read;
    }
    return done;
  }

  /// Whether the other side ends, by a close or a reset, before it sends anything more.
  public boolean ends() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException stays) {
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  /// A whole answer, framed by its fields.
  public Answer answer() throws IOException {
    return answer(true);
  }

  /// An answer to HEAD, of which only the head comes.
  public Answer answerToHead() throws IOException {
    return answer(false);
  }

  private Answer answer(boolean withBody) throws IOException {
    Answer head = new Answer(head(), "");
    if (!withBody || head.status() == 204 || head.status() == 304 || head.status() < 200) {
      return head;
    }
    String body =
        head.field("transfer-encoding").isPresent()
            ? chunks()
            : head.field("content-length").isPresent()
                ? read(Integer.parseInt(head.field("content-length").get()))
                : restOfText();
    return new Answer(head.head(), body);
  }

  private String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      if (size == 0) {
        line();
        return body.toString();
      }
      body.append(read(size));
      line();
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("a line is cut short: " + line);
      }
      line.write(octet);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /// An answer as it came.
  ///
  /// @param head with its empty line; empty when none came
  public record Answer(String head, String body) {
    /// 0 when none came.
    public int status() {
      return head.length() < 12 ? 0 : Integer.parseInt(head.substring(9, 12));
    }

    /// The value of the first field with this name.
    public Optional<String> field(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }
  }
}
