package dev.sallyport.proxy.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The text of `JAVA_TOOL_OPTIONS` and its like, as JVMs read it: options parted by white space,
/// which stays within single or double quotes; there is no escape. Pure.
public final class JvmOptions {
  private JvmOptions() {}

  /// An option in a form that is read as one.
  static String quoted(String option) {
    if (option.chars().noneMatch(c -> Character.isWhitespace(c) || c == '"' || c == '\'')) {
      return option;
    }
    return option.indexOf('"') < 0 ? '"' + option + '"' : "'" + option + "'";
  }

  /// The value of a system property; the last one counts.
  ///
  /// @param text of the variable
  public static Optional<String> property(String text, String name) {
    String start = "-D" + name + "=";
    return options(text).stream()
        .filter(option -> option.startsWith(start))
        .reduce((_, later) -> later)
        .map(option -> option.substring(start.length()));
  }

  private static List<String> options(String text) {
    List<String> options = new ArrayList<>();
    StringBuilder option = new StringBuilder();
    int quote = 0;
    for (int c : text.chars().toArray()) {
      if (quote == 0 ? c == '"' || c == '\'' : c == quote) {
        quote = quote == 0 ? c : 0;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        options.add(option.toString());
        option.setLength(0);
      } else {
        option.append((char) c);
      }
    }
    options.add(option.toString());
    return options;
  }
}
