package dev.sallyport.proxy.intercept;

import dev.sallyport.rules.Reason;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// Why a handshake with a client came to nothing, as a reason.
public final class ClientFailure {
  /// What the providers say of a record too short to be encrypted: OpenSSL's clients send their
  /// alert, two octets, in clear although TLS 1.3 has keys by then.
  private static final List<String> IN_CLEAR =
      List.of("bad_packet_length", "insufficient buffer remaining for aead cipher fragment (2)");

  private ClientFailure() {}

  /// An alert, or a close in the middle, is how clients say that they do not trust the leaf.
  public static Reason reason(Throwable cause) {
    if (cause instanceof SslHandshakeTimeoutException) {
      return Reason.IDLE;
    }
    boolean closed = cause instanceof ClosedChannelException;
    return closed || (cause instanceof SSLException && isAlert(cause))
        ? Reason.CLIENT_DISTRUSTS
        : Reason.CLIENT_GONE;
  }

  /// Both providers say so in words alone.
  private static boolean isAlert(Throwable cause) {
    String words = Optional.ofNullable(cause.getMessage()).orElse("").toLowerCase(Locale.ROOT);
    return words.contains("alert") || IN_CLEAR.stream().anyMatch(words::contains);
  }
}
