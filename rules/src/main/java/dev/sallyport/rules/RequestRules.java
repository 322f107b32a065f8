package dev.sallyport.rules;

import java.util.List;
import java.util.Optional;

/// Everything that an entry asks of requests: its own rule and that of its class.
///
/// @param all every one of these must agree; empty means that requests need not be seen
/// @param encodedSlash whether `%2F` may stand in a path that is looked at
public record RequestRules(List<RequestRule> all, boolean encodedSlash) {
  /// Nothing.
  public static final RequestRules NONE = new RequestRules(List.of(), false);

  public RequestRules {
    all = List.copyOf(all);
  }

  /// Whether nothing is asked.
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /// Whether the path matters.
  public boolean lookAtPath() {
    for (RequestRule rule : all) {
      if (rule.looksAtPath()) {
        return true;
      }
    }
    return false;
  }

  /// The condition that fails first, in the order method, path, query, headers.
  public Optional<Reason> objection(RequestSight request) {
    Optional<Reason> first = Optional.empty();
    for (RequestRule rule : all) {
      Optional<Reason> found = rule.objection(request);
      if (found.isPresent() && (first.isEmpty() || found.get().compareTo(first.get()) < 0)) {
        first = found;
      }
    }
    return first;
  }
}
