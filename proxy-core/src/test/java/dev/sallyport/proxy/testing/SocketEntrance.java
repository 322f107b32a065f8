package dev.sallyport.proxy.testing;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The ways by which a client may ask for a WebSocket, each saying the same in its own protocol.
public enum SocketEntrance {
  /// HTTP/1.1 within TLS.
  INTERCEPTED,
  /// `ws://`, as an absolute URL in clear.
  ABSOLUTE_FORM,
  /// An extended CONNECT of HTTP/2 (RFC 8441).
  EXTENDED_CONNECT;

  /// A key that RFC 6455 has for an example.
  public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  /// Asks for a socket.
  ///
  /// @param protocol what to change to
  /// @param fields further ones, as `name: value`
  public Socket ask(TestGate gate, String host, String path, String protocol, String... fields)
      throws IOException {
    List<String> all = new ArrayList<>();
    return switch (this) {
      case INTERCEPTED, ABSOLUTE_FORM -> {
        String target = this == INTERCEPTED ? path : "http://" + host + path;
        all.add("GET " + target + " HTTP/1.1");
        all.addAll(List.of("Host: " + host, "Connection: Upgrade", "Upgrade: " + protocol));
        all.add("Sec-WebSocket-Key: " + KEY);
        all.addAll(List.of(fields));
        Wire wire = this == INTERCEPTED ? gate.intercepted(host, "http/1.1") : gate.client();
        yield new OverHttp1(wire.send(String.join("\r\n", all) + "\r\n\r\n"));
      }
      case EXTENDED_CONNECT -> {
        all.addAll(List.of(":method: CONNECT", ":protocol: " + protocol, ":scheme: https"));
        all.addAll(List.of(":authority: " + host, ":path: " + path));
        Stream.of(fields).map(SocketEntrance::lowerName).forEach(all::add);
        Http2Wire wire = Http2Wire.client(gate.intercepted(host, "h2"));
        yield new OverHttp2(wire, wire.open(all.toArray(String[]::new)));
      }
    };
  }

  private static String lowerName(String field) {
    int colon = field.indexOf(':');
    return field.substring(0, colon).toLowerCase(Locale.ROOT) + field.substring(colon);
  }

  /// What came of it.
  public interface Socket extends Closeable {
    /// The status of the answer; for a socket 101, whatever the protocol calls it.
    int status() throws IOException;

    /// The body of an answer that is no socket.
    String body() throws IOException;

    /// A field of the answer.
    String field(String name) throws IOException;

    /// Sends octets.
    void send(byte[] octets) throws IOException;

    /// The next octets.
    String read(int octets) throws IOException;

    /// Ends its own half.
    void end() throws IOException;

    /// Whether the other side ends, and how: true for its half in order, false for a reset or a
    /// connection that is gone.
    boolean ends() throws IOException;
  }

  private static final class OverHttp1 implements Socket {
    private final Wire wire;
    private Wire.Answer answer = new Wire.Answer("", "");

    OverHttp1(Wire wire) {
      this.wire = wire;
    }

    private Wire.Answer answer() throws IOException {
      if (answer.head().isEmpty()) {
        answer = wire.answer();
      }
      return answer;
    }

    @Override
    public int status() throws IOException {
      return answer().status();
    }

    @Override
    public String body() throws IOException {
      return answer().body();
    }

    @Override
    public String field(String name) throws IOException {
      return answer().field(name).orElse("null");
    }

    @Override
    public void send(byte[] octets) throws IOException {
      wire.send(octets);
    }

    @Override
    public String read(int octets) throws IOException {
      return wire.read(octets);
    }

    @Override
    public void end() throws IOException {
      wire.endOutput();
    }

    @Override
    public boolean ends() throws IOException {
      return wire.ends();
    }

    @Override
    public void close() throws IOException {
      wire.close();
    }
  }

  private record OverHttp2(Http2Wire wire, Http2Wire.Stream stream) implements Socket {
    @Override
    public int status() throws IOException {
      int status = stream.status();
      return status == 200 ? 101 : status;
    }

    @Override
    public String body() throws IOException {
      return stream.rest();
    }

    @Override
    public String field(String name) throws IOException {
      return stream.field(name);
    }

    @Override
    public void send(byte[] octets) throws IOException {
      stream.send(octets);
    }

    @Override
    public String read(int octets) throws IOException {
      return stream.read(octets);
    }

    @Override
    public void end() throws IOException {
      stream.end();
    }

    @Override
    public boolean ends() throws IOException {
      return stream.awaitEnd();
    }

    @Override
    public void close() throws IOException {
      wire.close();
    }
  }
}
