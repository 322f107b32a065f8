package dev.sallyport.proxy.identify;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A token as it stands on file: its name, what it proves, and the SHA-256 of the secret, never the
/// secret.
///
/// @param name as [#isName] has it; the user name in proxy credentials
/// @param sha256 of the secret, 64 lower-case hexadecimal digits
/// @param labels what a client with this token is known to be, such as its repository; in order of
///   their names
/// @param created when it was added; empty when the file does not say
public record Token(
    String name, String sha256, Map<String, String> labels, Optional<Instant> created) {
  /// Characters of a name or of a label's name, at most.
  public static final int MAX_NAME = 64;

  /// Characters of a label's value, at most.
  public static final int MAX_LABEL_VALUE = 256;

  /// What a name is, for messages.
  public static final String NAME_IN_WORDS =
      "1 to " + MAX_NAME + " letters, digits, `.`, `_` or `-`, a letter or digit first";

  // No `+` and no `*`: in user names and in `assign` they mean something else.
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MAX_NAME - 1) + "}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  // What a reviewer could not see; the token file is read by a reader that refuses it.
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

  public Token {
    labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    if (!isName(name) || !isSha256(sha256)) {
      throw new IllegalArgumentException("a token has a name and a SHA-256");
    }
  }

  /// Whether the text can name a token or a label.
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /// Whether the text can be a label's value: not empty, bounded, and every character of it can be
  /// seen.
  public static boolean isLabelValue(String text) {
    return !text.isEmpty() && text.length() <= MAX_LABEL_VALUE && !UNSEEN.matcher(text).find();
  }

  static boolean isSha256(String text) {
    return SHA256.matcher(text).matches();
  }
}
