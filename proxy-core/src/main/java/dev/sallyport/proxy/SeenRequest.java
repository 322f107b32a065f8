package dev.sallyport.proxy;

import dev.sallyport.proxy.exchange.Upgrade;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.rules.RequestSight;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request's head as the policy sees it.
final class SeenRequest {
  private SeenRequest() {}

  /// What the record shows.
  ///
  /// @param path without the query; empty when none was read
  /// @param queryLength octets behind the question mark; -1 without one
  static RequestFacts facts(HttpRequest head, String path, int queryLength) {
    return new RequestFacts(
        head.method().name(),
        path,
        queryLength,
        field(head, "user-agent"),
        new RequestFacts.Correlation(
            session(head),
            field(head, "x-claude-code-prompt-id"),
            field(head, "x-client-request-id")),
        Upgrade.of(head) instanceof Upgrade.ToWebSocket);
  }

  /// Claude Code has a field of its own for it; that of codex is nobody's, so it counts where codex
  /// says that it asks.
  private static Optional<String> session(HttpRequest head) {
    return field(head, "x-claude-code-session-id")
        .or(
            () ->
                field(head, "originator")
                    .filter(who -> who.startsWith("codex"))
                    .flatMap(codex -> field(head, "session-id")));
  }

  private static Optional<String> field(HttpRequest head, String name) {
    return Optional.ofNullable(head.headers().get(name));
  }

  /// What is judged, which is what is sent on.
  ///
  /// @param originForm path and query as they were sent
  static RequestSight of(HttpRequest head, String originForm) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, String> field : head.headers()) {
      headers
          .computeIfAbsent(field.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
          .add(field.getValue());
    }
    return RequestSight.of(head.method().name(), originForm, headers);
  }
}
