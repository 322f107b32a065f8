package dev.sallyport.proxy.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds a chain against events that were written down elsewhere.
final class AnchorCheck {
  private final Map<Long, String> expected = new HashMap<>();
  private final Optional<Anchor> contradiction;
  private final long highest;
  private long anchoredUpTo;

  AnchorCheck(List<Anchor> anchors) {
    Optional<Anchor> two = Optional.empty();
    long most = 0;
    for (Anchor anchor : anchors) {
      String before = expected.putIfAbsent(anchor.head().seq(), anchor.head().hash());
      if (before != null && !before.equals(anchor.head().hash())) {
        two = Optional.of(anchor);
      }
      most = Math.max(most, anchor.head().seq());
    }
    this.contradiction = two;
    this.highest = most;
  }

  /// The number of the last event that an anchor names; 0 when there is none.
  long anchoredUpTo() {
    return anchoredUpTo;
  }

  /// Whether an anchor is this event.
  boolean names(ChainHead head) {
    return head.hash().equals(expected.get(head.seq()));
  }

  /// What is wrong with the event at hand.
  Optional<String> problem(ChainHead head) {
    String hash = expected.get(head.seq());
    if (hash == null) {
      return Optional.empty();
    }
    if (!hash.equals(head.hash())) {
      return Optional.of(
          "event "
              + head.seq()
              + " is not the one that the anchor names: the file was written anew");
    }
    anchoredUpTo = head.seq();
    return Optional.empty();
  }

  /// What is wrong when no event follows.
  ///
  /// @param last the number of the last event
  Optional<String> problemAtEnd(long last) {
    if (contradiction.isPresent()) {
      return Optional.of(
          "two anchors name event " + contradiction.get().head().seq() + " and differ");
    }
    return highest > last
        ? Optional.of(
            "the anchor names event "
                + highest
                + " and the chain ends with event "
                + last
                + ": its newest lines were cut off")
        : Optional.empty();
  }
}
