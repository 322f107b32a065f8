package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.ROUND;

import java.util.List;

/// What attempts to go round the gate mean. Pure.
final class Closed {
  static final String MEND =
      "leave the client's network no way but the gate: an internal network or packet rules"
          + " (docs/deploy.md), on a laptop `sallyport run --isolate`; where variables are all"
          + " there is, `--expect variables`";

  static final String BY_NATURE =
      "proxy variables hold nobody who ignores them: `sallyport run --isolate` or a network without"
          + " another route (docs/deploy.md) does";

  private final Expectation expectation;

  Closed(Expectation expectation) {
    this.expectation = expectation;
  }

  /// Whether somebody would answer at an address if there were a way.
  enum Answers {
    /// Known to.
    YES,
    /// Nobody is there.
    NO
  }

  /// One attempt.
  ///
  /// @param to whom it was made
  Finding judge(String name, String to, Attempt attempt, Answers answers) {
    if (attempt == Attempt.OPEN) {
      return open(name, to + " answers without the gate");
    }
    return attempt.provesClosed() || answers == Answers.YES
        ? Finding.fine(ROUND, name, attempt.words())
        : new Finding(ROUND, name, Verdict.UNPROVEN, attempt.words(), "");
  }

  /// A way that is open.
  Finding open(String name, String seen) {
    return open(name, seen, MEND);
  }

  /// A way that is open and is closed by something of its own.
  Finding open(String name, String seen, String mend) {
    return switch (expectation) {
      case CONFINED -> Finding.fails(ROUND, name, seen, mend);
      case VARIABLES -> Finding.note(ROUND, name, seen, mend.equals(MEND) ? BY_NATURE : mend);
    };
  }

  /// Whether all of it together proves that there is no way round. Silence proves nothing where
  /// nobody would have answered.
  ///
  /// @param route whether this machine knows a way to the outside
  /// @param known whether somebody was tried who is known to answer
  Finding proof(List<Finding> round, Route route, Known known) {
    String name = "proof";
    boolean open =
        round.stream()
            .anyMatch(each -> each.verdict() == Verdict.FAILS || each.verdict() == Verdict.NOTE);
    boolean unproven = round.stream().anyMatch(each -> each.verdict() == Verdict.UNPROVEN);
    if (open) {
      return Finding.skipped(ROUND, name, "a way round the gate is open");
    }
    if (route == Route.NONE) {
      return Finding.fine(ROUND, name, "this machine has no route to the outside");
    }
    if (known == Known.TRIED) {
      return Finding.fine(ROUND, name, "who is known to answer does not answer here");
    }
    if (!unproven) {
      return Finding.fine(ROUND, name, "every attempt was refused at once");
    }
    String seen =
        "this machine has a route to the outside, and nobody was tried who is known to answer, so"
            + " that silence proves nothing";
    String mend =
        "name somebody who does: `--outside HOST:PORT`, such as a server of your own, or one that"
            + " the gate reaches";
    return expectation == Expectation.CONFINED
        ? Finding.fails(ROUND, name, seen, mend)
        : Finding.note(ROUND, name, seen, mend);
  }

  /// Whether this machine knows a way to the outside.
  enum Route {
    NONE,
    SOME
  }

  /// Whether somebody was tried who is known to answer.
  enum Known {
    TRIED,
    NOBODY
  }
}
