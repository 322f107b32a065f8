package dev.sallyport.proxy.stage;

/// The form in which a destination was asked for.
public enum Entrance {
  CONNECT("connect"),
  ABSOLUTE_FORM("absolute-form"),
  INTERCEPTED("intercepted"),
  /// A path of the gate's own stands for the destination: `/gateway/NAME/...`.
  GATEWAY("gateway"),
  SOCKS("socks");

  private final String code;

  Entrance(String code) {
    this.code = code;
  }

  /// Whether a connection is asked for, of whose requests nothing is known yet.
  public boolean isForConnection() {
    return switch (this) {
      case CONNECT, SOCKS -> true;
      case ABSOLUTE_FORM, INTERCEPTED, GATEWAY -> false;
    };
  }

  /// The word in events.
  public String code() {
    return code;
  }
}
