package dev.sallyport.proxy.run;

/// The child could not be started.
public final class CannotRunException extends Exception {
  private static final long serialVersionUID = 1L;

  /// The program itself failed before the command started.
  public static final int FAILED_BEFORE = 125;

  /// The command is there and cannot be executed.
  public static final int NOT_EXECUTABLE = 126;

  /// There is no such command.
  public static final int NOT_FOUND = 127;

  private final int exitCode;
  private final String sentence;

  private CannotRunException(int exitCode, String sentence) {
    super(sentence, null, false, false);
    this.exitCode = exitCode;
    this.sentence = sentence;
  }

  static CannotRunException notFound(String sentence) {
    return new CannotRunException(NOT_FOUND, sentence);
  }

  static CannotRunException notExecutable(String sentence) {
    return new CannotRunException(NOT_EXECUTABLE, sentence);
  }

  /// Something failed before the command was tried.
  public static CannotRunException failedBefore(String sentence) {
    return new CannotRunException(FAILED_BEFORE, sentence);
  }

  /// [#FAILED_BEFORE], [#NOT_EXECUTABLE] or [#NOT_FOUND]: the numbers of `env` and `docker run`.
  public int exitCode() {
    return exitCode;
  }

  /// What is wrong, for a person.
  public String sentence() {
    return sentence;
  }
}
