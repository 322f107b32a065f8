package dev.sallyport.proxy.audit;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Collection;

/// What becomes of decisions that cannot be written: `audit.on-failure`.
enum OnFailure {
  /// They do not hold: nothing leaves.
  REFUSE(Shortfall.Kind.REFUSED, "new work is refused until it can be") {
    @Override
    void answer(Collection<Pending> decisions) {
      Completions.fail(decisions, new AuditUnavailableException(UNWRITTEN));
    }

    @Override
    Future<Void> answer(EventExecutor loop) {
      return loop.newFailedFuture(new AuditUnavailableException(UNWRITTEN));
    }
  },

  /// They hold, and are counted: `on-failure: continue`.
  CONTINUE(
      Shortfall.Kind.UNRECORDED, "TRAFFIC GOES ON UNRECORDED, as `on-failure: continue` says") {
    @Override
    void answer(Collection<Pending> decisions) {
      Completions.succeed(decisions);
    }

    @Override
    Future<Void> answer(EventExecutor loop) {
      return loop.newSucceededFuture(null);
    }
  };

  private static final String UNWRITTEN = "the audit file cannot be written";

  private final Shortfall.Kind kind;
  private final String meaning;

  OnFailure(Shortfall.Kind kind, String meaning) {
    this.kind = kind;
    this.meaning = meaning;
  }

  /// How such a decision is counted.
  Shortfall.Kind kind() {
    return kind;
  }

  /// For the log, while it lasts.
  String meaning() {
    return meaning;
  }

  /// Answers decisions that were waiting.
  abstract void answer(Collection<Pending> decisions);

  /// The answer to a decision that has just come.
  abstract Future<Void> answer(EventExecutor loop);
}
