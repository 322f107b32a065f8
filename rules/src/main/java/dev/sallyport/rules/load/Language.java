package dev.sallyport.rules.load;

import java.util.List;

/// The words of the policy language that this version does not know yet, by where they stand. They
/// are refused, for a condition that is read over allows more than its author wrote.
final class Language {
  /// The version that `sallyport:` names.
  static final int VERSION = 1;

  /// Longest text that is shown again in refusals and events, in characters.
  static final int MAX_LINE = 500;

  /// In a line of `assign`, behind `for` in an exception and behind `as` in a test.
  static final List<String> CLIENT_NOT_YET = List.of("oidc");

  private Language() {}
}
