package dev.sallyport.proxy.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Speaks to the gate as a client does, and by hand, so that it can also do what no decent client
/// does. Blocks; every wait is bounded by its patience. Safe on any thread.
final class GateClient {
  /// The host of the gate's own pages.
  static final String OWN_HOST = "sallyport.internal";

  private static final int OK = 200;
  private static final int ALERT_LENGTH = 7;
  private static final int TLS_ALERT = 21;

  private final GateAddress gate;
  private final Map<String, String> environment;
  private final Duration patience;

  /// @param environment of the client: whom it trusts where the gate speaks TLS
  /// @param patience for connecting, and for each read
  GateClient(GateAddress gate, Map<String, String> environment, Duration patience) {
    this.gate = gate;
    this.environment = Map.copyOf(environment);
    this.patience = patience;
  }

  /// What became of a try.
  sealed interface Outcome {
    /// The gate said no.
    ///
    /// @param reason its code, or the status where it gave none
    record Refused(int status, String reason) implements Outcome {}

    /// The gate ended the connection behind its 200, with an alert or without.
    record Ended() implements Outcome {}

    /// Somebody shook hands, and no refusal came.
    record Passed(List<X509Certificate> chain) implements Outcome {}

    /// The gate let it through and could not reach the origin.
    record OriginFailed(int status, String reason) implements Outcome {}

    /// No answer, or none that can be read.
    record Failed(String why) implements Outcome {}
  }

  /// What a client says within a tunnel before it is known whether it may.
  enum Opening {
    /// TLS for the host that it asked for.
    HONEST,
    /// TLS for another host.
    OTHER_NAME,
    /// TLS for nobody.
    NO_NAME,
    /// The first line of another protocol.
    NO_TLS
  }

  /// Asks for a page of the gate's own.
  ///
  /// @throws IOException with a sentence
  String page(String path) throws IOException {
    try (Socket socket = connected()) {
      GateAnswer answer = request(socket, "GET", "http://" + OWN_HOST + path, OWN_HOST);
      if (answer.status() != OK) {
        throw new PageRefusedException(answer.status());
      }
      return answer.body(socket.getInputStream());
    }
  }

  /// The gate answered with something else than its page.
  static final class PageRefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    PageRefusedException(int status) {
      super("the gate answers " + status);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /// One request in absolute form, without a body.
  Outcome inClear(String method, String url, String host) {
    try (Socket socket = connected()) {
      return outcome(request(socket, method, url, host));
    } catch (IOException failed) {
      return new Outcome.Failed(sentence(failed));
    }
  }

  /// Asks for a tunnel, and begins in it as told. Behind an honest handshake a HEAD for `/` shows
  /// whether it is the gate that shook hands, to refuse in band.
  ///
  /// @param asks whether that HEAD is sent
  Outcome tunnel(String host, int port, Opening opening, Asks asks) {
    try (Socket socket = connected()) {
      GateAnswer answer = request(socket, "CONNECT", authority(host, port), authority(host, port));
      if (answer.status() != OK) {
        return outcome(answer);
      }
      return switch (opening) {
        case HONEST -> within(socket, host, Optional.of(host), asks);
        case OTHER_NAME -> within(socket, host, Optional.of(Targets.UNLISTED), asks);
        case NO_NAME -> within(socket, host, Optional.empty(), asks);
        case NO_TLS -> speak(socket);
      };
    } catch (IOException failed) {
      return new Outcome.Failed(sentence(failed));
    }
  }

  /// Whether a HEAD follows a handshake, and for whom.
  enum Asks {
    NOTHING,
    THE_HOST,
    ANOTHER_HOST
  }

  private Outcome within(Socket socket, String host, Optional<String> serverName, Asks asks) {
    Peer.Secured secured;
    try {
      boolean literal = host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c < 'A');
      secured = Peer.shake(socket, host, literal ? Optional.empty() : serverName, patience);
    } catch (IOException failed) {
      return Peer.wasTurnedAway(failed)
          ? new Outcome.Ended()
          : new Outcome.Failed(sentence(failed));
    }
    if (asks == Asks.NOTHING) {
      return new Outcome.Passed(secured.chain());
    }
    try {
      String named = asks == Asks.THE_HOST ? host : Targets.UNLISTED;
      GateAnswer answer = request(secured.socket(), "HEAD", "/", named);
      return answer.reason().isPresent() ? outcome(answer) : new Outcome.Passed(secured.chain());
    } catch (IOException failed) {
      return Peer.wasTurnedAway(failed) || failed instanceof EOFException
          ? new Outcome.Ended()
          : new Outcome.Passed(secured.chain());
    }
  }

  private Outcome speak(Socket socket) throws IOException {
    socket.getOutputStream().write("SSH-2.0-sallyport_doctor\r\n".getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    byte[] answer = socket.getInputStream().readNBytes(ALERT_LENGTH);
    boolean ended = answer.length == 0;
    boolean alert = answer.length == ALERT_LENGTH && answer[0] == TLS_ALERT;
    return ended || alert ? new Outcome.Ended() : new Outcome.Passed(List.of());
  }

  private static Outcome outcome(GateAnswer answer) {
    int status = answer.status();
    String reason = answer.reason().orElse(String.valueOf(status));
    if (status == 502 || status == 504) {
      return new Outcome.OriginFailed(status, reason);
    }
    return status >= 400 && answer.reason().isPresent()
        ? new Outcome.Refused(status, reason)
        : new Outcome.Passed(List.of());
  }

  private Socket connected() throws IOException {
    // Without java.net's own proxy, which `JAVA_TOOL_OPTIONS` may name.
    Socket socket = new Socket(Proxy.NO_PROXY);
    try {
      socket.connect(new InetSocketAddress(gate.host(), gate.port()), (int) patience.toMillis());
      socket.setSoTimeout((int) patience.toMillis());
      return gate.tls() ? GateTls.shake(socket, gate.host(), environment, patience) : socket;
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  private GateAnswer request(Socket socket, String method, String target, String host)
      throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ").append(host);
    if (!target.equals("/")) {
      gate.authorization()
          .ifPresent(value -> head.append("\r\nProxy-Authorization: ").append(value));
    }
    head.append("\r\nUser-Agent: sallyport-doctor\r\nConnection: close\r\n\r\n");
    socket.getOutputStream().write(head.toString().getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return GateAnswer.read(socket.getInputStream());
  }

  private static String authority(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /// What went wrong, in words of one's own where they are known.
  static String sentence(IOException failed) {
    return switch (failed) {
      case SocketTimeoutException late -> "no answer in time";
      case UnknownHostException unknown -> "the name cannot be resolved";
      default -> Optional.ofNullable(failed.getMessage()).orElse("no answer");
    };
  }
}
