package dev.sallyport.rules;

/// What a tunnel may begin with.
///
/// @param encryptedHelloDenied `ech: deny`: an encrypted ClientHello is refused; else its outer
///   name is judged
public record TunnelRule(Opening opening, boolean encryptedHelloDenied) {
  /// TLS whose server name is the CONNECT host.
  public static final TunnelRule STRICT = new TunnelRule(Opening.TLS_WITH_NAME, false);

  /// What the first bytes may be, the strictest first.
  public enum Opening {
    /// A ClientHello whose server name is the CONNECT host.
    TLS_WITH_NAME,
    /// The same, or a ClientHello without a server name (`sni: absent`).
    TLS_NAME_OPTIONAL,
    /// Anything (`tunnel: any`); a ClientHello that comes all the same is held against `deny`.
    ANYTHING
  }

  /// The stricter of both in each point.
  TunnelRule within(TunnelRule outer) {
    return new TunnelRule(
        opening.compareTo(outer.opening) <= 0 ? opening : outer.opening,
        encryptedHelloDenied || outer.encryptedHelloDenied);
  }
}
