package dev.sallyport.proxy;

/// The names of the handlers in a client's pipeline, in the order in which they stand there.
final class Stages {
  static final String PROXY_HEADER = "proxy-header";
  static final String LISTENER_TLS = "listener-tls";
  static final String FIRST_OCTET = "first-octet";
  static final String LED_HERE = "led-here";
  static final String HEAD_TIMER = "head-timer";
  static final String ENDS = "ends";
  static final String FRAMING = "framing";
  static final String DECODE = "decode";
  static final String ENCODE = "encode";
  static final String PATH = "path";
  static final String PEEK = "peek";
  static final String TLS = "tls";
  static final String OCTETS = "octets";
  static final String RELAY = "relay";

  private Stages() {}
}
