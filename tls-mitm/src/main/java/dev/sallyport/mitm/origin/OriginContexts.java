package dev.sallyport.mitm.origin;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.TlsRules;
import dev.sallyport.mitm.keys.OwnKey;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// The settings of handshakes with origins, kept for as long as they are used: each holds the
/// sessions that may be resumed, so that one key's sessions are out of another's reach.
///
/// Any thread.
final class OriginContexts {
  /// Settings that are kept, so keys whose sessions are.
  static final int MAX_KEPT = 512;

  /// Seconds for which a session can be resumed without its certificate being judged anew.
  static final int SESSION_SECONDS = 3600;

  /// Origins whose session one key keeps.
  static final int SESSIONS = 256;

  private final OriginTrust trust;
  private final RecentlyUsed<Key, SslContext> kept = new RecentlyUsed<>(MAX_KEPT);

  private record Key(
      TlsProvider provider,
      Optional<String> resumeUnder,
      List<String> protocols,
      Optional<OwnKey> own) {}

  OriginContexts(OriginTrust trust) {
    this.trust = trust;
  }

  /// The settings for this target.
  SslContext of(OriginTarget target, TlsProvider provider) {
    Key key = new Key(provider, target.resumeUnder(), target.protocols(), target.own());
    if (provider == TlsProvider.JDK && target.resumeUnder().isEmpty()) {
      // The JDK always resumes within its settings, so these are for one handshake.
      return make(key);
    }
    return kept.getOrMake(key, this::make);
  }

  private SslContext make(Key key) {
    try {
      SslContextBuilder builder =
          TlsRules.apply(SslContextBuilder.forClient(), key.provider())
              .trustManager(trust)
              // The judge looks at names anyway; should a provider ever ask another one, it has to.
              .endpointIdentificationAlgorithm("HTTPS")
              .applicationProtocolConfig(TlsRules.protocols(key.protocols()))
              .sessionTimeout(SESSION_SECONDS)
              .sessionCacheSize(SESSIONS);
      if (key.own().isPresent()) {
        builder.keyManager(TlsRules.keys(key.own().get(), key.provider()));
      }
      SslContext context = builder.build();
      if (key.resumeUnder().isEmpty()
          && context.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setSessionCacheEnabled(false);
      }
      return context;
    } catch (SSLException e) {
      throw new IllegalStateException("TLS with origins cannot be set up", e);
    }
  }
}
