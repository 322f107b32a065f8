package dev.sallyport.proxy.intercept;

import dev.sallyport.rules.Reason;
import java.util.List;
import java.util.Optional;

/// The application protocols that the gate speaks within TLS. Pure.
public final class Alpn {
  /// HTTP/1.1, also spoken where ALPN is not asked.
  public static final String HTTP_1 = "http/1.1";

  /// HTTP/2.
  public static final String HTTP_2 = "h2";

  /// What is agreed on with a client, best first.
  public static final List<String> SPOKEN = List.of(HTTP_2, HTTP_1);

  /// What is offered to an origin, best first.
  public static final List<String> OFFERED = List.of(HTTP_2, HTTP_1);

  /// What is offered to an origin for a WebSocket, which goes up over HTTP/1.1.
  public static final List<String> FOR_WEB_SOCKETS = List.of(HTTP_1);

  private Alpn() {}

  /// Why a client's offer cannot be answered, if it cannot.
  ///
  /// @param offered empty where the client does not ask
  public static Optional<Reason> objection(List<String> offered) {
    boolean answered = offered.isEmpty() || offered.stream().anyMatch(SPOKEN::contains);
    return answered ? Optional.empty() : Optional.of(Reason.ALPN_NOT_ALLOWED);
  }
}
