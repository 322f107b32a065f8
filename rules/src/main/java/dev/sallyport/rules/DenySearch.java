package dev.sallyport.rules;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the deny rule that forbids a destination or a request, if one does.
final class DenySearch implements Consumer<DenyRule> {
  private final Destination destination;
  private final Optional<RequestSight> request;
  boolean looksAtPath;
  @Nullable DenyRule found;

  DenySearch(Destination destination, Optional<RequestSight> request) {
    this.destination = destination;
    this.request = request;
  }

  @Override
  public void accept(DenyRule rule) {
    if (rule.scheme().matches(destination.scheme())
        && rule.ports().matches(destination.scheme(), destination.port())) {
      looksAtPath |= rule.requests().lookAtPath();
      if (found == null && isMeant(rule.requests())) {
        found = rule;
      }
    }
  }

  /// A rule on requests waits for them. An encoded slash may be one to the origin, so both readings
  /// count.
  private boolean isMeant(RequestRules requests) {
    return requests.isEmpty()
        || request
            .filter(
                seen ->
                    requests.objection(seen).isEmpty()
                        || requests.objection(seen.withPlainSlashes()).isEmpty())
            .isPresent();
  }
}
