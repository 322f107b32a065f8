package dev.sallyport.proxy.audit;

import java.util.regex.Pattern;

/// Hides what looks like a secret in a path: web hooks and share links carry their credential
/// there. What is hidden for nothing, such as a commit's hash, is the smaller loss.
final class PathMask {
  /// What stands in the place of a hidden segment.
  static final String MASK = "***";

  /// Characters from which a random-looking stretch is taken for a secret.
  static final int LEAST_LENGTH = 20;

  /// A random text changes between small letter, capital and digit more often than every fourth
  /// character; words with a version behind them do not.
  private static final int LEAST_CHANGES_PER = 4;

  /// What the secrets of well-known providers begin with, behind anything that is not a letter or
  /// digit.
  private static final Pattern KNOWN =
      Pattern.compile(
          "(?:^|[^A-Za-z0-9])(?:sk-|sk_live_|rk_live_|gh[pousr]_|github_pat_|glpat-|npm_|pypi-"
              + "|xox[abeoprs]-|AKIA|ASIA|AIza|ya29\\.|eyJ|hf_|dop_v1_|bot[0-9]+:).{8,}",
          Pattern.DOTALL);

  private PathMask() {}

  /// The path with such segments replaced.
  ///
  /// @param enough characters of the result from which on the rest is not looked at and left out; a
  ///   segment is always judged whole
  static String masked(String path, int enough) {
    StringBuilder out = new StringBuilder(Math.min(path.length(), enough));
    int start = 0;
    while (start <= path.length() && out.length() < enough) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      if (start > 0) {
        out.append('/');
      }
      if (looksSecret(path, start, end)) {
        out.append(MASK);
      } else {
        out.append(path, start, end);
      }
      start = end + 1;
    }
    return out.toString();
  }

  private static boolean looksSecret(String path, int start, int end) {
    if (end - start < LEAST_LENGTH / 2) {
      return false;
    }
    String segment = decoded(path, start, end);
    return KNOWN.matcher(segment).find() || hasRandomStretch(segment);
  }

  private static boolean hasRandomStretch(String segment) {
    int length = 0;
    int changes = 0;
    int last = 0;
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      int kind = kind(c);
      if (kind == 0 && c != '-' && c != '_') {
        length = 0;
        changes = 0;
        last = 0;
        continue;
      }
      length++;
      if (kind != 0) {
        changes += last != 0 && kind != last ? 1 : 0;
        last = kind;
      }
      if (length >= LEAST_LENGTH && changes * LEAST_CHANGES_PER >= length) {
        return true;
      }
    }
    return false;
  }

  private static int kind(char c) {
    if (c >= 'a' && c <= 'z') {
      return 1;
    }
    if (c >= 'A' && c <= 'Z') {
      return 2;
    }
    return c >= '0' && c <= '9' ? 3 : 0;
  }

  /// Percent-decoded octet by octet: `%73k-` hides nothing. Not decoded as UTF-8, since a secret's
  /// characters are ASCII.
  private static String decoded(String path, int start, int end) {
    StringBuilder out = new StringBuilder(end - start);
    for (int i = start; i < end; i++) {
      char c = path.charAt(i);
      if (c == '%' && i + 2 < end) {
        int high = Character.digit(path.charAt(i + 1), 16);
        int low = Character.digit(path.charAt(i + 2), 16);
        if (high >= 0 && low >= 0) {
          out.append((char) (high << 4 | low));
          i += 2;
          continue;
        }
      }
      out.append(c);
    }
    return out.toString();
  }
}
