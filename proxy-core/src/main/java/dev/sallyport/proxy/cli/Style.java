package dev.sallyport.proxy.cli;

import java.io.Console;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/// How text is marked: with the colours of a terminal, or not at all.
enum Style {
  PLAIN,
  COLOURED;

  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String YELLOW = "\u001b[33m";
  private static final String BOLD = "\u001b[1m";
  private static final String FAINT = "\u001b[2m";
  private static final String OFF = "\u001b[0m";

  /// Colours only where a person looks at them: on a terminal that knows them, unless `NO_COLOR` is
  /// set to anything (no-color.org).
  @SuppressWarnings("SystemConsoleNull") // null again since JDK 25 where there is no terminal
  static Style of(Map<String, String> environment) {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    return terminal ? ofTerminal(environment) : PLAIN;
  }

  /// The style for a terminal.
  static Style ofTerminal(Map<String, String> environment) {
    boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    return unwanted || dumb ? PLAIN : COLOURED;
  }

  /// What is as it should be.
  String good(String text) {
    return marked(GREEN, text);
  }

  /// What is not.
  String bad(String text) {
    return marked(RED, text);
  }

  /// What deserves a second look.
  String doubtful(String text) {
    return marked(YELLOW, text);
  }

  /// What begins something.
  String title(String text) {
    return marked(BOLD, text);
  }

  /// What need not be read.
  String faint(String text) {
    return marked(FAINT, text);
  }

  /// The same choice for the usage texts.
  Ansi ansi() {
    return this == COLOURED ? Ansi.ON : Ansi.OFF;
  }

  private String marked(String colour, String text) {
    return this == COLOURED ? colour + text + OFF : text;
  }
}
