package dev.sallyport.mitm;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/// Which TLS implementation does the handshakes, on both sides of an intercepted connection.
public enum TlsProvider {
  /// BoringSSL through netty-tcnative: three to four times as fast, and has X25519MLKEM768.
  BORINGSSL(SslProvider.OPENSSL),
  /// The JDK's own, where there is no native library for the platform.
  JDK(SslProvider.JDK);

  /// The system property that forces one: `boringssl` or `jdk`.
  public static final String PROPERTY = "sallyport.tls";

  private final SslProvider netty;

  TlsProvider(SslProvider netty) {
    this.netty = netty;
  }

  /// The one that [#PROPERTY] names, otherwise BoringSSL where it loads and the JDK's elsewhere.
  /// The first call loads a native library; do it at start-up.
  ///
  /// @throws IllegalStateException when the property names none, or one that does not load here
  public static TlsProvider best() {
    String forced = System.getProperty(PROPERTY, "");
    return switch (forced) {
      case "" -> OpenSsl.isAvailable() ? BORINGSSL : JDK;
      case "jdk" -> JDK;
      case "boringssl" -> {
        if (!OpenSsl.isAvailable()) {
          throw new IllegalStateException(
              "`" + PROPERTY + "` asks for boringssl, which does not load here: leave it out");
        }
        yield BORINGSSL;
      }
      default ->
          throw new IllegalStateException(
              "`" + PROPERTY + "` is `" + forced + "`: give boringssl or jdk");
    };
  }

  /// Netty's word for it.
  public SslProvider netty() {
    return netty;
  }
}
