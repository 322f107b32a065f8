package dev.sallyport.proxy.stage;

import java.util.Optional;

/// What a request shows besides its destination, for the record. Never the query, never a body.
///
/// @param method a token of RFC 9110; empty where nothing was asked for in HTTP
/// @param path without the query; empty for CONNECT
/// @param queryLength octets behind the question mark; -1 when there is none
/// @param userAgent the client's own words: a claim
/// @param correlation by what the request joins the client's own telemetry
/// @param webSocket whether it is the beginning of a WebSocket
public record RequestFacts(
    String method,
    String path,
    int queryLength,
    Optional<String> userAgent,
    Correlation correlation,
    boolean webSocket) {

  /// What the record calls a WebSocket.
  public static final String WEB_SOCKET = "websocket";

  /// A request that says nothing of its session.
  public RequestFacts(String method, String path, int queryLength, Optional<String> userAgent) {
    this(method, path, queryLength, userAgent, Correlation.NONE, false);
  }

  /// What the client says of itself in fields of its own: claims, on which nothing hangs.
  ///
  /// @param session `x-claude-code-session-id`, or `session-id` of codex
  /// @param prompt `x-claude-code-prompt-id`
  /// @param request `x-client-request-id`
  public record Correlation(
      Optional<String> session, Optional<String> prompt, Optional<String> request) {
    /// Nothing.
    public static final Correlation NONE =
        new Correlation(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
