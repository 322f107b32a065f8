package dev.sallyport.proxy.intercept;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.AuthorityException;
import dev.sallyport.mitm.authority.LeafRequest;
import dev.sallyport.mitm.authority.Leaves;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.origin.OriginTarget;
import dev.sallyport.mitm.origin.OriginTls;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Policy;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The authority, its leaves and TLS with origins: made when a policy, or a refusal in band, first
/// needs them. [#prepare] blocks and is not for event loops; the rest is for any thread.
public final class Interception implements AutoCloseable {
  private static final String NOT_PREPARED = "nothing was prepared for interception";

  private final Settings.Intercept settings;
  private final Settings.Upstream upstream;
  private final InstantSource clock;
  private volatile @Nullable Outward outward;
  private volatile @Nullable Made made;
  private volatile boolean intercepts;

  private record Made(Authority authority, Leaves leaves) {}

  private record Outward(OriginTls tls, OwnCertificates certificates) {}

  public Interception(
      Settings.Intercept settings, Settings.Upstream upstream, InstantSource clock) {
    this.settings = settings;
    this.upstream = upstream;
    this.clock = clock;
  }

  /// Makes ready for a policy that is to be put in force.
  ///
  /// @throws CannotInterceptException with one sentence; the policy must not be put in force then
  public synchronized void prepare(Policy policy) throws CannotInterceptException {
    boolean any = InterceptedHosts.any(policy);
    if (any || settings.refuseInBand() == Settings.InBand.ALWAYS) {
      permit(policy);
    }
    intercepts = any;
  }

  private void permit(Policy policy) throws CannotInterceptException {
    Permitted permitted = permitted(policy);
    Made before = made;
    if (before == null) {
      made = make(permitted);
    } else {
      extend(before.authority, permitted);
    }
  }

  private static void extend(Authority authority, Permitted permitted)
      throws CannotInterceptException {
    try {
      authority.permit(permitted);
    } catch (AuthorityException failed) {
      throw new CannotInterceptException(failed.sentence(), failed);
    }
  }

  private static Permitted permitted(Policy policy) throws CannotInterceptException {
    try {
      return InterceptedHosts.of(policy);
    } catch (IllegalArgumentException tooMany) {
      throw new CannotInterceptException(
          Optional.ofNullable(tooMany.getMessage()).orElse("too many hosts are intercepted"));
    }
  }

  /// Makes ready for TLS with origins alone.
  ///
  /// @throws CannotInterceptException with one sentence
  public synchronized void prepareOrigins() throws CannotInterceptException {
    if (outward == null) {
      outward =
          new Outward(
              new OriginTls(TlsProvider.best(), TrustedRoots.of(upstream.roots()), clock),
              OwnCertificates.read(upstream.certificates()));
    }
  }

  private Made make(Permitted permitted) throws CannotInterceptException {
    TlsProvider provider = TlsProvider.best();
    prepareOrigins();
    Authority authority = authority(permitted);
    Leaves leaves = new Leaves(authority, provider, Leaves.DEFAULT_KEPT);
    // The first leaf loads much code; nobody waits for this one.
    leaves.warm(ImmediateEventExecutor.INSTANCE);
    return new Made(authority, leaves);
  }

  private Authority authority(Permitted permitted) throws CannotInterceptException {
    try {
      return switch (settings.authority()) {
        case Settings.AuthorityPlace.Memory memory -> Authority.inMemory(permitted, clock);
        case Settings.AuthorityPlace.Folder(Path path) ->
            Authority.inFolder(path, permitted, clock);
        case Settings.AuthorityPlace.Own own ->
            Authority.given(
                OwnKey.read(
                    own.certificate(), own.key(), OwnCertificates.passphrase(own.passphrase())),
                permitted,
                clock);
      };
    } catch (AuthorityException failed) {
      throw new CannotInterceptException(failed.sentence(), failed);
    } catch (KeyFileException unreadable) {
      throw new CannotInterceptException(unreadable.sentence(), unreadable);
    }
  }

  /// The certificate that clients have to trust, in PEM; empty while nothing needed one.
  public Optional<String> rootPem() {
    return Optional.ofNullable(made).map(ready -> ready.authority.rootPem());
  }

  /// The same as a certificate.
  public Optional<X509Certificate> root() {
    return Optional.ofNullable(made).map(ready -> ready.authority.root());
  }

  /// When the certificate of an issuer ends; empty while there is none.
  public Optional<Instant> issuerEnd(Purpose purpose) {
    return Optional.ofNullable(made)
        .filter(ready -> ready.authority.has(purpose))
        .map(ready -> ready.authority.issuerCertificate(purpose).getNotAfter().toInstant());
  }

  /// Whether a refused HTTPS host is told so after a handshake.
  public boolean refusesInBand() {
    return switch (settings.refuseInBand()) {
      case NEVER -> false;
      case AUTO -> intercepts;
      case ALWAYS -> true;
    };
  }

  /// TLS towards a client, under a leaf for this host.
  ///
  /// @param client on whose account a new leaf is minted
  /// @return completes on the event loop
  public Future<SslContext> leaf(
      String host, Purpose purpose, List<String> protocols, String client, EventLoop loop) {
    return ready().leaves.contextFor(new LeafRequest(host, purpose, protocols), client, loop);
  }

  /// TLS towards an origin.
  ///
  /// @param protocols offered by ALPN, best first
  /// @param resumeUnder sessions are resumed among the same and never across
  public SslHandler toOrigin(
      Destination origin, List<String> protocols, String resumeUnder, ByteBufAllocator allocator) {
    Outward ready = outward;
    if (ready == null) {
      throw new IllegalStateException(NOT_PREPARED);
    }
    return ready.tls.newHandler(
        new OriginTarget(
            origin.host().text(),
            origin.port(),
            protocols,
            Optional.of(resumeUnder),
            ready.certificates.of(origin)),
        allocator);
  }

  private Made ready() {
    Made ready = made;
    if (ready == null) {
      throw new IllegalStateException(NOT_PREPARED);
    }
    return ready;
  }

  @Override
  public void close() {
    Made ready = made;
    if (ready != null) {
      ready.leaves.close();
    }
  }
}
