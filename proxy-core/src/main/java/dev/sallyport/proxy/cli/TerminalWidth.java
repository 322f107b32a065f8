package dev.sallyport.proxy.cli;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// How wide the terminal is.
final class TerminalWidth {
  /// Narrower, tables cannot be read.
  static final int LEAST = 60;

  /// Wider, lines cannot.
  static final int MOST = 120;

  private static final int SECONDS = 1;

  private TerminalWidth() {}

  /// Columns of the terminal that is written to, within bounds; [Wrapped#COLUMNS] where it is none.
  @SuppressWarnings("SystemConsoleNull") // null again since JDK 25 where there is no terminal
  static int columns() throws InterruptedException {
    Console console = System.console();
    return console != null && console.isTerminal() ? bounded(asked()) : Wrapped.COLUMNS;
  }

  /// The number of columns in what `stty size` prints; [Wrapped#COLUMNS] when it is anything else.
  static int bounded(String size) {
    String[] parts = size.strip().split(" ", -1);
    if (parts.length != 2 || !parts[1].matches("[1-9][0-9]{0,4}")) {
      return Wrapped.COLUMNS;
    }
    return Math.clamp(Integer.parseInt(parts[1]), LEAST, MOST);
  }

  private static String asked() throws InterruptedException {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      if (!stty.waitFor(SECONDS, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return "";
      }
      return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException none) {
      return "";
    }
  }
}
