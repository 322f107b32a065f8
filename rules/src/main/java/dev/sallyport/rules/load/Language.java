package dev.sallyport.rules.load;

import java.util.List;

/// The words of the policy language that this version does not know yet, by where they stand. They
/// are refused, for a condition that is read over allows more than its author wrote.
final class Language {
  /// The version that `sallyport:` names.
  static final int VERSION = 1;

  /// Longest text that is shown again in refusals and events, in characters.
  static final int MAX_LINE = 500;

  /// Beside `classes`.
  static final List<String> TOP_NOT_YET = List.of("exceptions", "mode", "owner", "until");

  /// In a class.
  static final List<String> CLASS_NOT_YET =
      List.of(
          "methods",
          "paths",
          "query",
          "headers",
          "minimum-age",
          "organisations",
          "upload-limit",
          "encoded-slash",
          "mode",
          "owner",
          "until");

  /// In an entry.
  static final List<String> ENTRY_NOT_YET =
      List.of(
          "methods",
          "paths",
          "query",
          "headers",
          "git",
          "fetch",
          "push",
          "mcp",
          "tools",
          "minimum-age",
          "organisations",
          "upload-limit",
          "encoded-slash",
          "intercept");

  /// In a deny rule.
  static final List<String> DENY_NOT_YET = List.of("methods", "paths", "query", "headers");

  /// In a profile.
  static final List<String> PROFILE_NOT_YET = List.of("like", "without", "mode", "owner", "until");

  /// In a line of `assign`, and behind `as` in a test.
  static final List<String> CLIENT_NOT_YET = List.of("proven", "claimed", "certificate", "oidc");

  private Language() {}
}
