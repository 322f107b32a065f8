package dev.sallyport.proxy.audit;

import java.util.List;
import java.util.Optional;

/// Holds the signed records of a chain against the keys that may have signed them, and finds where
/// a checkpoint is missing.
final class SignatureCheck {
  private final List<VerifyingKey> keys;
  private long signedUpTo;
  private long nextBy = Long.MAX_VALUE;
  private Optional<String> keyId = Optional.empty();

  SignatureCheck(List<VerifyingKey> keys) {
    this.keys = keys;
  }

  /// The number of the last checkpoint whose signature holds; 0 when there is none.
  long signedUpTo() {
    return signedUpTo;
  }

  /// Who signed it.
  Optional<String> keyId() {
    return keyId;
  }

  /// What is wrong with the event at hand.
  Optional<String> problem(Lines lines, RecordedEvent event) {
    if (event.seq() > nextBy) {
      return Optional.of(
          "a checkpoint is missing: behind the one of event "
              + signedUpTo
              + " the next is due by event "
              + nextBy);
    }
    boolean checkpoint = Checkpoint.is(event);
    if (!checkpoint && !Retired.is(event)) {
      return Optional.empty();
    }
    Optional<String> problem = signature(lines, event);
    if (problem.isEmpty() && checkpoint) {
      signedUpTo = event.seq();
      nextBy = Checkpoint.next(event);
      keyId = event.text(EventField.KEY);
    }
    return problem;
  }

  /// What is wrong when no event follows.
  Optional<String> problemAtEnd() {
    return keys.isEmpty() || signedUpTo > 0
        ? Optional.empty()
        : Optional.of("no checkpoint is in it, and a gate signs one with its first events");
  }

  private Optional<String> signature(Lines lines, RecordedEvent event) {
    String id = event.text(EventField.KEY).orElse("");
    Optional<VerifyingKey> key = keys.stream().filter(one -> one.id().equals(id)).findFirst();
    if (id.isEmpty()) {
      return Optional.of("the `" + event.kind() + "` is not signed");
    }
    if (key.isEmpty()) {
      return Optional.of(
          "it is signed with key "
              + Printable.text(id)
              + ", which is none of those known here; name its public key with `--key` if it is"
              + " yours");
    }
    boolean holds =
        SignedLine.holds(key.get(), lines.buffer(), lines.lineStart(), lines.lineLength(), event);
    return holds
        ? Optional.empty()
        : Optional.of("the signature does not hold: this or what is before it was written anew");
  }
}
