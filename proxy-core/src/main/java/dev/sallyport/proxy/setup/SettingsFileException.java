package dev.sallyport.proxy.setup;

/// A settings file that is not to be touched, and why.
public final class SettingsFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sentence;

  SettingsFileException(String sentence) {
    super(sentence, null, false, false);
    this.sentence = sentence;
  }

  /// What a person is told.
  public String sentence() {
    return sentence;
  }
}
