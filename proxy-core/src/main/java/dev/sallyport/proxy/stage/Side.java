package dev.sallyport.proxy.stage;

/// Which side ended a connection or failed.
public enum Side {
  CLIENT("client"),
  ORIGIN("origin"),
  GATE("gate");

  private final String code;

  Side(String code) {
    this.code = code;
  }

  /// The word in events.
  public String code() {
    return code;
  }
}
