package dev.sallyport.mitm;

import dev.sallyport.mitm.keys.OneKey;
import dev.sallyport.mitm.keys.OwnKey;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;

/// What every handshake of the gate agrees to at most: TLS 1.2 and 1.3, an ephemeral elliptic curve
/// and an authenticated cipher.
public final class TlsRules {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private static final String[] GROUPS = {
    "X25519MLKEM768", "X25519", "P-256", "P-384",
  };

  private TlsRules() {}

  /// Sets all of it, for the given provider.
  public static SslContextBuilder apply(SslContextBuilder builder, TlsProvider provider) {
    builder
        .sslProvider(provider.netty())
        .protocols(VERSIONS)
        .ciphers(CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE);
    if (provider == TlsProvider.BORINGSSL) {
      builder.option(OpenSslContextOption.GROUPS, GROUPS.clone());
    }
    return builder;
  }

  /// A key for the given provider, parsed once rather than in every handshake.
  public static KeyManagerFactory keys(OwnKey own, TlsProvider provider) {
    KeyManagerFactory factory = new OneKey(own).factory();
    return provider == TlsProvider.BORINGSSL
        ? new OpenSslCachingX509KeyManagerFactory(factory)
        : factory;
  }

  /// ALPN for these protocols, best first: one that both sides have, otherwise none.
  public static ApplicationProtocolConfig protocols(List<String> names) {
    if (names.isEmpty()) {
      return ApplicationProtocolConfig.DISABLED;
    }
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        names);
  }
}
