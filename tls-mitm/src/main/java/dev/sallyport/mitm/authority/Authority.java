package dev.sallyport.mitm.authority;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The certificate authority of a gate: a root that clients are told to trust, and below it one
/// issuer for each [Purpose].
///
/// Any thread may use it; making and extending block while keys are made and files written, so they
/// belong off the event loops.
public final class Authority {
  private final InstantSource clock;
  private final Certificates certificates;
  private final X509Certificate root;
  private final PrivateKey rootKey;
  private volatile Map<Purpose, Issuer> issuers;

  private Authority(
      InstantSource clock, Certificates certificates, X509Certificate root, PrivateKey rootKey) {
    this.clock = clock;
    this.certificates = certificates;
    this.root = root;
    this.rootKey = rootKey;
    this.issuers = Map.of();
  }

  /// A new authority whose keys are never written down and end with the process.
  ///
  /// @param permitted what the intercepting issuer may sign for
  public static Authority inMemory(Permitted permitted, InstantSource clock) {
    Certificates certificates = new Certificates(new SecureRandom());
    KeyPair keys = certificates.newKeys();
    X509Certificate root = certificates.root(keys, clock.instant());
    Authority authority = new Authority(clock, certificates, root, keys.getPrivate());
    authority.issue(Purpose.REFUSE, new Permitted.Anything());
    authority.issue(Purpose.INTERCEPT, permitted);
    return authority;
  }

  /// The certificate that clients have to trust.
  public X509Certificate root() {
    return root;
  }

  /// The same as PEM, with a line end.
  public String rootPem() {
    return Pem.of(root);
  }

  /// Whether a leaf for this host, in canonical text, can be minted now.
  public boolean permits(String host, Purpose purpose) {
    return issuer(purpose).permitted().permits(host);
  }

  /// Sees to it that the intercepting issuer may sign for what a new policy intercepts. It is made
  /// anew, with a new key, when it may not yet; leaves that are out stay good.
  public synchronized void permit(Permitted wanted) {
    if (!issuer(Purpose.INTERCEPT).permitted().covers(wanted)) {
      issue(Purpose.INTERCEPT, wanted);
    }
  }

  /// The issuer of today.
  Issuer issuer(Purpose purpose) {
    Issuer issuer = issuers.get(purpose);
    if (issuer == null) {
      throw new IllegalStateException("the authority has no issuer for " + purpose.label());
    }
    return issuer;
  }

  /// What builds certificates here.
  Certificates certificates() {
    return certificates;
  }

  /// The clock that certificates are dated by.
  InstantSource clock() {
    return clock;
  }

  private synchronized void issue(Purpose purpose, Permitted permitted) {
    KeyPair keys = certificates.newKeys();
    X509Certificate certificate =
        certificates.issuer(purpose, permitted, keys.getPublic(), root, rootKey, clock.instant());
    Map<Purpose, Issuer> next = new EnumMap<>(Purpose.class);
    next.putAll(issuers);
    next.put(purpose, new Issuer(keys.getPrivate(), certificate, List.of(), permitted));
    issuers = next;
  }
}
