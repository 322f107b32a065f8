package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.TlsRules;
import dev.sallyport.mitm.keys.OwnKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/// Makes one leaf and the TLS settings that show it. Blocks for about a millisecond.
final class LeafMint {
  private static final X509Certificate[] NOBODY = {};

  private final Authority authority;
  private final TlsProvider provider;

  LeafMint(Authority authority, TlsProvider provider) {
    this.authority = authority;
    this.provider = provider;
  }

  /// @param context shows the leaf
  /// @param staleFrom when another is to be made in its place
  record Minted(SslContext context, Instant staleFrom) {}

  Minted mint(LeafRequest request) throws SSLException, MintRefusedException {
    Issuer issuer = authority.signer(request.host(), request.purpose());
    Instant now = authority.clock().instant();
    Certificates certificates = authority.certificates();
    KeyPair keys = certificates.newKeys();
    X509Certificate leaf =
        certificates.leaf(request.host(), request.purpose(), keys.getPublic(), issuer, now);
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(leaf);
    chain.add(issuer.certificate());
    chain.addAll(issuer.above());
    OwnKey own = new OwnKey(keys.getPrivate(), chain);
    SslContext context =
        TlsRules.apply(SslContextBuilder.forServer(TlsRules.keys(own, provider)), provider)
            // Nobody: without a word Netty reads all roots of this Java for each leaf.
            .trustManager(NOBODY)
            .applicationProtocolConfig(TlsRules.protocols(request.protocols()))
            .build();
    Duration life = Duration.between(now, leaf.getNotAfter().toInstant());
    return new Minted(context, now.plus(life.multipliedBy(3).dividedBy(4)));
  }
}
