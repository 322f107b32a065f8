package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.util.regex.Pattern;

/// The names that a policy gives: of itself, classes, profiles, rules and listeners. They stand in
/// events, metrics and refusals, so they are plain tokens.
final class Names {
  /// Longest name, in characters.
  static final int MAX_LENGTH = 64;

  /// What a name may be, in words.
  static final String GRAMMAR =
      "use letters, digits, `.`, `_` and `-`, a letter or digit first, at most " + MAX_LENGTH;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MAX_LENGTH - 1) + "}");

  private Names() {}

  /// Whether the text is a name; anything else is a problem.
  ///
  /// @param what whose name it is, as in "a class"
  static boolean check(String what, Place place, String text, Problems problems) {
    boolean good = isName(text);
    if (!good) {
      problems.add(place, Problem.quote(text) + " is not a name for " + what, GRAMMAR);
    }
    return good;
  }

  /// Whether the text is a name.
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
