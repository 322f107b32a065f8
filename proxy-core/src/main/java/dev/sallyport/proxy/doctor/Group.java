package dev.sallyport.proxy.doctor;

/// What checks prove, in the order in which it is told.
public enum Group {
  VARIABLES("variables"),
  GATE("gate"),
  TOOLS("tools"),
  ALLOWED("allowed"),
  THROUGH("through the gate"),
  ROUND("round the gate");

  private final String title;

  Group(String title) {
    this.title = title;
  }

  /// As it stands above its findings.
  public String title() {
    return title;
  }
}
