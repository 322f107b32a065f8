package dev.sallyport.proxy.wire;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The key of a WebSocket's opening handshake (RFC 6455 section 4.1), by which an origin shows that
/// it means to speak that protocol. Pure, but for [#fresh].
///
/// @param text 16 octets in base64
public record WebSocketKey(String text) {
  /// The only version there is (section 4.1).
  public static final String VERSION = "13";

  private static final int OCTETS = 16;

  /// What is hashed behind the key (section 1.3).
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final SecureRandom RANDOM = new SecureRandom();

  /// Reads one; empty when it is not 16 octets in the one form that base64 has for them.
  public static Optional<WebSocketKey> of(String text) {
    try {
      byte[] octets = Base64.getDecoder().decode(text);
      boolean right =
          octets.length == OCTETS && Base64.getEncoder().encodeToString(octets).equals(text);
      return right ? Optional.of(new WebSocketKey(text)) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /// A key of the gate's own, for a client whose protocol has none (RFC 8441 section 5).
  public static WebSocketKey fresh() {
    byte[] octets = new byte[OCTETS];
    RANDOM.nextBytes(octets);
    return new WebSocketKey(Base64.getEncoder().encodeToString(octets));
  }

  /// Whether an answer changes the protocol to WebSocket, and to nothing else, for this very key
  /// (section 4.2.2).
  public boolean isAnsweredBy(HttpResponse answer) {
    HttpHeaders fields = answer.headers();
    List<String> to = fields.getAllAsString(HttpHeaderNames.UPGRADE);
    return answer.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
        && answer.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && to.size() == 1
        && to.getFirst().equalsIgnoreCase(HttpHeaderValues.WEBSOCKET.toString())
        && fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && fields.getAll(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT).equals(List.of(accept()));
  }

  private String accept() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((text + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-1", missing);
    }
  }
}
