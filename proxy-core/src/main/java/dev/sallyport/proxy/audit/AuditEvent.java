package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.stage.Side;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Reason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What is written down. Immutable; made on any thread.
public sealed interface AuditEvent {
  /// When it happened.
  Instant at();

  /// A verdict on a CONNECT, a tunnel or a request.
  ///
  /// @param status the HTTP status of the gate's own answer, when the verdict is one
  record Decided(Instant at, Subject subject, Decision decision, OptionalInt status)
      implements AuditEvent {}

  /// The end of a connection or exchange that was allowed. Exactly one for each.
  ///
  /// @param route the word for the way that was dialled (`direct`, `connect-to`, `parent`); empty
  ///   when none was
  /// @param peer the address that was dialled
  /// @param sent octets towards the origin
  /// @param received octets from the origin
  /// @param status the HTTP status that the client saw, where there was one
  record Closed(
      Instant at,
      Subject subject,
      Decision decision,
      Optional<String> route,
      Optional<InetSocketAddress> peer,
      long sent,
      long received,
      Duration duration,
      Reason end,
      Side side,
      OptionalInt status)
      implements AuditEvent {}

  /// What happened to the gate itself.
  ///
  /// @param details further fields in order: `String`, `Long`, `Boolean` or a list of `String`
  record Administrative(Instant at, Kind kind, Map<String, Object> details) implements AuditEvent {}

  /// The administrative kinds, named as `sallyport.event` names them.
  enum Kind {
    POLICY_LOADED("policy.loaded"),
    POLICY_REJECTED("policy.rejected"),
    EXCEPTION_EXPIRED("exception.expired"),
    KILL("kill"),
    START("start"),
    STOP("stop"),
    GAP("gap"),
    REPEATED("repeated"),
    CHECKPOINT("checkpoint"),
    RETIRED("retired");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /// The word in events.
    public String code() {
      return code;
    }

    /// Whether its record bears a signature.
    boolean isSigned() {
      return this == CHECKPOINT || this == RETIRED;
    }
  }
}
