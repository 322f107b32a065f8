/// TLS with origins: [OriginTls] makes the handler for a connection to an [OriginTarget], trusting
/// [OriginRoots].
///
/// ```
/// OriginTls tls = new OriginTls(TlsProvider.best(), OriginRoots.system(), InstantSource.system());
/// SslHandler handler = tls.newHandler(new OriginTarget("example.com", 443, List.of("h2", "http/1.1"), Optional.empty()), allocator);
/// ```
@NullMarked
package dev.sallyport.mitm.origin;

import org.jspecify.annotations.NullMarked;
