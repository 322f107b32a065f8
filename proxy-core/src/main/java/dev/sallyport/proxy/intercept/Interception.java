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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The authority, its leaves and TLS with origins: made when a policy, or a refusal in band, first
/// needs them. [#prepare] blocks and is not for event loops; the rest is for any thread.
public final class Interception implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Interception.class);
  private static final String NOT_PREPARED = "nothing was prepared for interception";

  private final Settings.Intercept settings;
  private final Settings.Upstream upstream;
  private final InstantSource clock;
  private volatile @Nullable Outward outward;
  private volatile @Nullable Made made;
  private volatile Prepared inForce = new Prepared(false, Optional.empty());

  /// What was made ready for a policy.
  ///
  /// @param intercepts whether it intercepts anything
  /// @param hosts what the intercepting issuer has to sign for; empty where nothing needs it
  public record Prepared(boolean intercepts, Optional<Permitted> hosts) {}

  private record Made(Authority authority, Leaves leaves) {}

  private record Outward(OriginTls tls, OwnCertificates certificates) {}

  public Interception(
      Settings.Intercept settings, Settings.Upstream upstream, InstantSource clock) {
    this.settings = settings;
    this.upstream = upstream;
    this.clock = clock;
  }

  /// Makes ready for a policy that is to be put in force. For the one that still is everything goes
  /// on as it was, also when nothing comes of the new one.
  ///
  /// @throws CannotInterceptException with one sentence; the policy must not be put in force then
  public synchronized Prepared prepare(Policy policy) throws CannotInterceptException {
    Prepared prepared = needed(policy);
    if (prepared.hosts().isPresent()) {
      Made before = made;
      if (before == null) {
        made = make(prepared.hosts().get());
      } else {
        permit(before.authority, prepared.hosts().get());
      }
    }
    return prepared;
  }

  /// The policy that this was prepared for is in force from now on.
  public synchronized void putInForce(Prepared prepared) {
    inForce = prepared;
  }

  /// Whether [#prepare] would do, as far as can be said without making anything.
  ///
  /// @throws CannotInterceptException that of [#prepare]
  public synchronized void check(Policy policy) throws CannotInterceptException {
    Optional<Permitted> hosts = needed(policy).hosts();
    Made ready = made;
    if (hosts.isPresent() && ready != null) {
      try {
        ready.authority.check(hosts.get());
      } catch (AuthorityException failed) {
        throw new CannotInterceptException(failed.sentence(), failed);
      }
    }
  }

  private Prepared needed(Policy policy) throws CannotInterceptException {
    boolean any = InterceptedHosts.any(policy);
    return any || settings.refuseInBand() == Settings.InBand.ALWAYS
        ? new Prepared(any, Optional.of(permitted(policy)))
        : new Prepared(false, Optional.empty());
  }

  /// Makes issuers anew that are about to end. What is open goes on, and leaves that are out stay
  /// good.
  ///
  /// @throws CannotInterceptException with one sentence, when that is due and cannot be done
  public synchronized void renew() throws CannotInterceptException {
    Optional<Permitted> hosts = inForce.hosts();
    Optional<Authority> used = inUse();
    if (hosts.isPresent() && used.isPresent()) {
      Map<Purpose, Instant> before = issuerEnds();
      permit(used.get(), hosts.get());
      issuerEnds()
          .forEach(
              (purpose, end) -> {
                if (!end.equals(before.get(purpose))) {
                  LOG.info("{} is another one now; it ends on {}", purpose.issuer(), end);
                }
              });
    }
  }

  private Map<Purpose, Instant> issuerEnds() {
    Map<Purpose, Instant> ends = new EnumMap<>(Purpose.class);
    for (Purpose purpose : Purpose.values()) {
      issuerEnd(purpose).ifPresent(end -> ends.put(purpose, end));
    }
    return ends;
  }

  private static void permit(Authority authority, Permitted permitted)
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
        case Settings.AuthorityPlace.Own own -> Authority.given(() -> read(own), permitted, clock);
      };
    } catch (AuthorityException failed) {
      throw new CannotInterceptException(failed.sentence(), failed);
    }
  }

  private static OwnKey read(Settings.AuthorityPlace.Own own) throws KeyFileException {
    return OwnKey.read(own.certificate(), own.key(), OwnCertificates.passphrase(own.passphrase()));
  }

  /// The authority, while the policy in force needs one.
  private Optional<Authority> inUse() {
    Made ready = made;
    return ready == null || inForce.hosts().isEmpty()
        ? Optional.empty()
        : Optional.of(ready.authority);
  }

  /// The certificate that clients have to trust, in PEM; empty while nothing needs one.
  public Optional<String> rootPem() {
    return inUse().map(Authority::rootPem);
  }

  /// The same as a certificate.
  public Optional<X509Certificate> root() {
    return inUse().map(Authority::root);
  }

  /// What a person has to do for an issuer that is not made anew by itself.
  public String howToExtend() {
    return inUse().map(Authority::howToExtend).orElse("");
  }

  /// What a person has to do for a root that is about to end.
  public String howToReplace() {
    return inUse().map(Authority::howToReplace).orElse("");
  }

  /// Whether leaves can be made now: the issuer for this is there and has not ended.
  public boolean isGood(Purpose purpose) {
    Made ready = made;
    return ready != null && ready.authority.isGood(purpose);
  }

  /// When the certificate of an issuer ends; empty while there is none.
  public Optional<Instant> issuerEnd(Purpose purpose) {
    return inUse()
        .filter(authority -> authority.has(purpose))
        .map(authority -> authority.issuerCertificate(purpose).getNotAfter().toInstant());
  }

  /// Whether a refused HTTPS host is told so after a handshake.
  public boolean refusesInBand() {
    boolean wanted =
        switch (settings.refuseInBand()) {
          case NEVER -> false;
          case AUTO -> inForce.intercepts();
          case ALWAYS -> true;
        };
    return wanted && isGood(Purpose.REFUSE);
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
