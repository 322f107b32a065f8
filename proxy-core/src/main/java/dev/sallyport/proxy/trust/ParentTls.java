package dev.sallyport.proxy.trust;

import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.origin.OriginTarget;
import dev.sallyport.mitm.origin.OriginTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Optional;

/// TLS with parent proxies: their certificates are judged as those of origins are. Any thread.
///
/// @param tls with those who may vouch for parents
/// @param own what the gate shows when it is asked for a certificate
public record ParentTls(OriginTls tls, Optional<OwnKey> own) {
  /// What a parent proxy speaks here (RFC 7301).
  private static final List<String> PROTOCOLS = List.of("http/1.1");

  /// A handler for one connection.
  ///
  /// @param host name or address that the settings give: SNI and what the certificate must name
  public SslHandler newHandler(String host, int port, ByteBufAllocator allocator) {
    return tls.newHandler(
        new OriginTarget(host, port, PROTOCOLS, Optional.of("parent"), own), allocator);
  }
}
