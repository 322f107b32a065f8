package dev.sallyport.proxy.cli;

/// What every command ends with. `run` adds those of its child.
final class ExitCode {
  /// All is well.
  static final int OK = 0;

  /// What was checked does not hold: tests fail, the policy would refuse, a log is broken.
  static final int DOES_NOT_HOLD = 1;

  /// Wrong usage or unreadable input.
  static final int UNUSABLE = 2;

  /// Something could not be started, or failed in a way that nobody foresaw.
  static final int CANNOT_START = 3;

  private ExitCode() {}
}
