/// The gate's own certificates: who signs, and what clients are shown.
///
/// [Authority] holds a root and two issuers, [Permitted] says what the intercepting one may sign
/// for, and [Leaves] hands out TLS settings with a fresh leaf for a [LeafRequest]:
///
/// ```
/// Authority authority = Authority.inMemory(Permitted.hosts(Set.of("example.com")), InstantSource.system());
/// Leaves leaves = new Leaves(authority, TlsProvider.best(), Leaves.DEFAULT_KEPT);
/// leaves.contextFor(new LeafRequest("example.com", Purpose.INTERCEPT, List.of("h2", "http/1.1")), client, channel.eventLoop())
///     .addListener(...)   // SslContext, or MintRefusedException
/// ```
@NullMarked
package dev.sallyport.mitm.authority;

import org.jspecify.annotations.NullMarked;
