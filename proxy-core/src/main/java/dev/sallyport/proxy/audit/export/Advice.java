package dev.sallyport.proxy.audit.export;

/// Which credentials a host of a class usually gets, the most urgent to rotate first.
enum Advice {
  AUTHENTICATION("sign-in: end its sessions, revoke refresh tokens"),
  MODEL("model: revoke the API key or sign-in that the session used"),
  SOURCE_CONTROL("source control: revoke personal tokens, deploy keys, app tokens of the session"),
  MCP("mcp: revoke the tokens of these servers"),
  INTERNAL("internal: change the credentials of these services"),
  PACKAGES("packages: revoke registry tokens, above all those that may publish"),
  OTHER("whatever credential the session holds for these hosts");

  private final String sentence;

  Advice(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }

  static Advice of(String trafficClass) {
    return switch (trafficClass) {
      case "authentication", "auth", "sign-in" -> AUTHENTICATION;
      case "model" -> MODEL;
      case "source-control", "source" -> SOURCE_CONTROL;
      case "mcp" -> MCP;
      case "internal" -> INTERNAL;
      case "packages" -> PACKAGES;
      default -> OTHER;
    };
  }
}
