package dev.sallyport.proxy.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Requests that were allowed and did not end yet, each with what was counted for it: where a
/// second verdict refuses one (the server name was another, the origin did not answer), the first
/// is taken back. Bounded: of more than [#LIMIT] the oldest are taken for done. For one thread.
///
/// @param <C> what was counted
public final class OpenRequests<C> {
  /// Requests that are remembered.
  static final int LIMIT = 10_000;

  private final Map<String, C> open =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, C> eldest) {
          return size() > LIMIT;
        }
      };

  /// An event allowed a request.
  public void allowed(RecordedEvent decision, C counted) {
    decision.text(EventField.REQUEST_ID).ifPresent(id -> open.put(id, counted));
  }

  /// An event refused a request or ended it.
  ///
  /// @return what was counted for it when it was allowed before
  public Optional<C> over(RecordedEvent event) {
    return event.text(EventField.REQUEST_ID).flatMap(id -> Optional.ofNullable(open.remove(id)));
  }
}
