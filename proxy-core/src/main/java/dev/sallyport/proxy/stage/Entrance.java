package dev.sallyport.proxy.stage;

/// The form in which a destination was asked for.
public enum Entrance {
  CONNECT("connect"),
  ABSOLUTE_FORM("absolute-form"),
  INTERCEPTED("intercepted"),
  /// A path of the gate's own stands for the destination: `/gateway/NAME/...`.
  GATEWAY("gateway"),
  /// Where what follows is plain http, each request is asked for in this form.
  SOCKS("socks"),
  /// The client asked for nothing: its connection was led here, and says itself what it wants.
  TRANSPARENT("transparent");

  private final String code;

  Entrance(String code) {
    this.code = code;
  }

  /// The word in events.
  public String code() {
    return code;
  }
}
