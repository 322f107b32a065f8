package dev.sallyport.proxy.dial;

import dev.sallyport.mitm.origin.OriginFailure;
import dev.sallyport.rules.Reason;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLException;

/// What a parent proxy said to a CONNECT.
///
/// @param status of its answer; empty when there is none, or none that may be acted on
/// @param broken what ended the connection instead
record ParentAnswer(OptionalInt status, Optional<Throwable> broken) {
  private static final int OK = 200;
  private static final int NOT_OK = 300;
  private static final int CHALLENGE = 407;
  private static final int PARENT_ERROR = 500;

  /// An answer, or what is none.
  static ParentAnswer of(OptionalInt status) {
    return new ParentAnswer(status, Optional.empty());
  }

  /// None, because the connection broke.
  static ParentAnswer broken(Throwable cause) {
    return new ParentAnswer(OptionalInt.empty(), Optional.of(cause));
  }

  boolean isTunnel() {
    return status.orElse(0) >= OK && status.orElse(0) < NOT_OK;
  }

  /// Whether it tried and could not, as with a family that it lacks. What it does not want is
  /// final.
  boolean isInability() {
    return status.orElse(0) >= PARENT_ERROR;
  }

  /// What becomes of the dial. A parent that does not like the gate's certificate says so only now
  /// (RFC 8446 section 4.4.2.4).
  ///
  /// @param host of the parent
  DialOutcome.Failed failure(String host) {
    if (broken.isPresent() && broken.get().getCause() instanceof SSLException cause) {
      return new DialOutcome.Failed(Reason.PARENT_TLS, OriginFailure.of(cause, host).sentence());
    }
    return new DialOutcome.Failed(
        status.orElse(0) == CHALLENGE ? Reason.PARENT_CREDENTIALS : Reason.PARENT_REFUSED);
  }
}
