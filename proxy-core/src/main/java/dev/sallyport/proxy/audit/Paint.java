package dev.sallyport.proxy.audit;

/// Whether lines for people carry colours.
public enum Paint {
  /// Text alone: for files and pipes.
  PLAIN,
  /// With the colour codes of ECMA-48 section 8.3.117: for terminals.
  ANSI;

  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[1;31m";
  private static final String YELLOW = "\u001b[33m";
  private static final String GREY = "\u001b[2m";
  private static final String CYAN = "\u001b[36m";
  private static final String END = "\u001b[0m";

  /// A word in the colour of what it says.
  String word(String word) {
    if (this == PLAIN) {
      return word;
    }
    String colour =
        switch (word.strip()) {
          case "allow" -> GREEN;
          case "deny" -> RED;
          case "ask", "gap" -> YELLOW;
          case "close" -> GREY;
          default -> CYAN;
        };
    return colour + word + END;
  }
}
