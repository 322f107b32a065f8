package dev.sallyport.rules;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A WebSocket begins as a GET and can carry up like a POST, and nobody reads what it carries: it
/// has to be allowed as both. Pure.
final class BothWays {
  private static final String POST = "POST";

  /// What a POST is refused with where only the like of a GET is listed.
  private static final Set<Reason> ENTRY_WITHOUT_POST =
      EnumSet.of(
          Reason.NOT_LISTED,
          Reason.METHOD_NOT_ALLOWED,
          Reason.PATH_NOT_ALLOWED,
          Reason.QUERY_NOT_ALLOWED,
          Reason.HEADER_NOT_ALLOWED);

  private BothWays() {}

  /// Judges a request once, or a WebSocket as both.
  ///
  /// @param judge what is said of one of the two, whole
  static Decision decide(
      Optional<RequestSight> request, Function<Optional<RequestSight>, Decision> judge) {
    Decision asSent = judge.apply(request);
    boolean socket = request.map(RequestSight::asksForWebSocket).orElse(false);
    if (!socket || asSent.permit().isEmpty()) {
      return asSent;
    }
    Decision asPost = judge.apply(request.map(seen -> seen.as(POST)));
    if (asPost.permit().isEmpty() && ENTRY_WITHOUT_POST.contains(asPost.reason())) {
      return asSent.withoutPost();
    }
    return asPost.permit().isEmpty() || asPost.would().isPresent() ? asPost : asSent;
  }
}
