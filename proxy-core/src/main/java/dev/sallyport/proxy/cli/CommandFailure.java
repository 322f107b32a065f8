package dev.sallyport.proxy.cli;

/// A command that cannot go on, with the sentence for the user and the exit code. It carries no
/// stack trace: nothing is wrong with the program.
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String sentence;

  private CommandFailure(int exitCode, String sentence) {
    super(sentence, null, false, false);
    this.exitCode = exitCode;
    this.sentence = sentence;
  }

  /// The user's input cannot be used.
  static CommandFailure unusable(String sentence) {
    return new CommandFailure(ExitCode.UNUSABLE, sentence);
  }

  /// Something could not be started.
  static CommandFailure cannotStart(String sentence) {
    return new CommandFailure(ExitCode.CANNOT_START, sentence);
  }

  int exitCode() {
    return exitCode;
  }

  String sentence() {
    return sentence;
  }
}
