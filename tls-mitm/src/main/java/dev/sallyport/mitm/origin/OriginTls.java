package dev.sallyport.mitm.origin;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.TlsRules;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/// The gate's side of TLS with origins: always the name of the host that the client asked for, sent
/// as SNI and looked for in the certificate.
///
/// Any thread.
public final class OriginTls {
  private final TlsProvider provider;
  private final TrustManager trust;

  /// @param roots who may vouch for origins
  /// @param clock by which certificates have begun and ended
  public OriginTls(TlsProvider provider, OriginRoots roots, InstantSource clock) {
    this.provider = provider;
    this.trust = new OriginTrust(roots, clock);
  }

  /// A handler for one connection.
  ///
  /// @param target whom the handshake is with and what is offered
  /// @throws IllegalStateException when the provider cannot be set up
  public SslHandler newHandler(OriginTarget target, ByteBufAllocator allocator) {
    return context(target.protocols()).newHandler(allocator, target.host(), target.port());
  }

  private SslContext context(List<String> protocols) {
    try {
      return TlsRules.apply(SslContextBuilder.forClient(), provider)
          .trustManager(trust)
          .endpointIdentificationAlgorithm("HTTPS")
          .applicationProtocolConfig(TlsRules.protocols(protocols))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS with origins cannot be set up", e);
    }
  }
}
