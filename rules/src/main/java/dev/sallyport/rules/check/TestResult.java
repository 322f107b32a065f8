package dev.sallyport.rules.check;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.ExpectedDecision;

/// What became of one line of a policy's `tests`.
///
/// @param differed what is not as expected, in words; empty when everything is
public record TestResult(ExpectedDecision expected, Decision actual, String differed) {
  /// Whether the policy decided as expected.
  public boolean passed() {
    return differed.isEmpty();
  }

  /// `file:line: the test as written: passed`, or what differed.
  public String line() {
    String verdict = passed() ? "passed" : differed;
    return expected.place().fileAndLine() + ": " + expected.text() + ": " + verdict;
  }
}
