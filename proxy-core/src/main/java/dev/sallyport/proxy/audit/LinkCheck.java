package dev.sallyport.proxy.audit;

import java.util.Optional;

/// Holds each line of a chain against the one before it.
final class LinkCheck {
  private ChainHead last = ChainHead.NONE;
  private long intactUpTo;

  /// The number of the last event of which nothing speaks against it.
  long intactUpTo() {
    return intactUpTo;
  }

  /// What is wrong with the line at hand; empty when it is the next event of the chain. After the
  /// first problem the check is of no use any more.
  Optional<String> problem(Lines lines) {
    byte[] octets = lines.buffer();
    Optional<RecordedEvent> event =
        RecordedEvent.parse(octets, lines.lineStart(), lines.lineLength());
    if (event.isEmpty()) {
      return Optional.of("not an audit event");
    }
    if (!Seal.holds(octets, lines.lineStart(), lines.lineLength())) {
      return Optional.of("the line was changed: its hash is not its own");
    }
    ChainHead head = event.get().head();
    if (head.seq() != last.seq() + 1) {
      return Optional.of(misplaced(head.seq()));
    }
    if (!event.get().text(EventField.PREV).orElse("").equals(last.hash())) {
      // One of the two was exchanged, and nothing says which.
      intactUpTo = Math.max(0, last.seq() - 1);
      return Optional.of(
          "the hash that it names is not that of the event before it: one of them was exchanged");
    }
    last = head;
    intactUpTo = head.seq();
    return Optional.empty();
  }

  private String misplaced(long seq) {
    if (seq == last.seq()) {
      return "event " + seq + " stands here a second time";
    }
    if (seq < last.seq()) {
      return "event " + seq + " stands behind event " + last.seq() + ", out of its place";
    }
    String missing = seq - 1 == last.seq() + 1 ? "event " : "events " + (last.seq() + 1) + " to ";
    return missing + (seq - 1) + " missing before event " + seq;
  }
}
