package dev.sallyport.proxy.audit;

import java.util.Optional;

/// Holds each line of a chain against the one before it, against keys and against anchors.
final class LinkCheck {
  private final Trusted trusted;
  private final SignatureCheck signatures;
  private final AnchorCheck anchors;
  private ChainHead last = ChainHead.NONE;
  private long from;
  private long intactUpTo;

  /// What the first event says is before it, until something proves that it may begin there.
  private Optional<ChainHead> unproven = Optional.empty();

  LinkCheck(Trusted trusted) {
    this.trusted = trusted;
    this.signatures = new SignatureCheck(trusted.keys());
    this.anchors = new AnchorCheck(trusted.anchors());
  }

  /// The number of the last event of which nothing speaks against it.
  long intactUpTo() {
    return unproven.isPresent() ? 0 : intactUpTo;
  }

  /// The number of the first event; 0 while there is none.
  long from() {
    return from;
  }

  long signedUpTo() {
    return Math.min(signatures.signedUpTo(), intactUpTo());
  }

  Optional<String> keyId() {
    return signatures.keyId();
  }

  long anchoredUpTo() {
    return Math.min(anchors.anchoredUpTo(), intactUpTo());
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
    if (from == 0) {
      begin(event.get());
    }
    Optional<String> problem =
        link(event.get())
            .or(() -> signatures.problem(lines, event.get()))
            .or(() -> anchors.problem(event.get().head()));
    if (problem.isEmpty()) {
      last = event.get().head();
      intactUpTo = last.seq();
      if (Retired.is(event.get()) && Retired.upTo(event.get()).equals(unproven)) {
        unproven = Optional.empty();
      }
    }
    return problem;
  }

  /// What is wrong with the beginning, when all has been read.
  Optional<String> problemAtBeginning() {
    return unproven.map(before -> missing(0, from) + ", and no signed `retired` tells of that");
  }

  /// What is wrong with the whole, when all has been read.
  Optional<String> problemAtEnd() {
    return anchors
        .problemAtEnd(last.seq())
        .or(() -> from == 0 ? Optional.empty() : signatures.problemAtEnd());
  }

  /// A chain whose first event is not number 1 may go on behind what was retired.
  private void begin(RecordedEvent first) {
    from = first.seq();
    if (from > 1) {
      last = new ChainHead(from - 1, first.text(EventField.PREV).orElse(""));
      boolean proven = trusted.beginning() == Trusted.Beginning.ANYWHERE || anchors.names(last);
      unproven = proven ? Optional.empty() : Optional.of(last);
    }
  }

  private Optional<String> link(RecordedEvent event) {
    if (event.seq() != last.seq() + 1) {
      return Optional.of(misplaced(event.seq()));
    }
    if (!event.text(EventField.PREV).orElse("").equals(last.hash())) {
      // One of the two was exchanged, and nothing says which.
      intactUpTo = Math.max(0, last.seq() - 1);
      return Optional.of(
          "the hash that it names is not that of the event before it: one of them was exchanged");
    }
    return Optional.empty();
  }

  private String misplaced(long seq) {
    if (seq == last.seq()) {
      return "event " + seq + " stands here a second time";
    }
    return seq < last.seq()
        ? "event " + seq + " stands behind event " + last.seq() + ", out of its place"
        : missing(last.seq(), seq);
  }

  private static String missing(long before, long seq) {
    String which = seq - 1 == before + 1 ? "event " : "events " + (before + 1) + " to ";
    return which + (seq - 1) + " missing before event " + seq;
  }
}
