package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Pem;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The certificate authority of a gate: a root that clients are told to trust, and below it one
/// issuer for each [Purpose].
///
/// Any thread may use it; making, opening and extending block while keys are made and files
/// written, so they belong off the event loops.
public final class Authority {
  /// An issuer is made anew when it has less than this to live, if the root key is here.
  static final Duration RENEWED_BEFORE = Duration.ofDays(60);

  private final InstantSource clock;
  private final Certificates certificates;
  private final Root root;
  private final Keeping keeping;
  private volatile Map<Purpose, Issuer> issuers;

  Authority(
      InstantSource clock,
      Certificates certificates,
      Root root,
      Keeping keeping,
      Map<Purpose, Issuer> issuers) {
    this.clock = clock;
    this.certificates = certificates;
    this.root = root;
    this.keeping = keeping;
    this.issuers = Map.copyOf(issuers);
  }

  /// A new authority whose keys are never written down and end with the process.
  ///
  /// @param permitted what the intercepting issuer may sign for
  public static Authority inMemory(Permitted permitted, InstantSource clock) {
    Certificates certificates = new Certificates(new SecureRandom());
    KeyPair keys = certificates.newKeys();
    Root root = Root.of(certificates.root(keys, clock.instant()), Optional.of(keys.getPrivate()));
    try {
      return made(clock, certificates, root, permitted);
    } catch (AuthorityException e) {
      throw new IllegalStateException("an authority in memory needs nothing that can fail", e);
    }
  }

  /// An authority below the organisation's own certificate; the issuers are kept in memory, and
  /// made anew at each start.
  ///
  /// @throws AuthorityException when that certificate may not sign issuers, or has ended
  public static Authority given(OwnKey given, Permitted permitted, InstantSource clock)
      throws AuthorityException {
    Root root = Root.of(given);
    Instant now = clock.instant();
    if (now.isAfter(root.certificate().getNotAfter().toInstant())) {
      throw new AuthorityException(
          "the certificate given for the authority ended on " + root.certificate().getNotAfter());
    }
    return made(clock, new Certificates(new SecureRandom()), root, permitted);
  }

  /// The authority in a folder; when there is none yet, or the folder is empty, it is made. The
  /// folder is for this authority alone, with mode 0700, its keys 0600.
  ///
  /// Take `root.key` out of it to keep the root key elsewhere; see [#extend].
  ///
  /// @throws AuthorityException when the folder is not whole, others can read its keys, it cannot
  ///   be written, or its issuers do not suffice and the root key is not there
  public static Authority inFolder(Path folder, Permitted permitted, InstantSource clock)
      throws AuthorityException {
    return AuthorityFolder.open(folder, permitted, clock, Optional.empty());
  }

  /// The authority that is in a folder, as it is: nothing is made or written.
  ///
  /// @throws AuthorityException when there is none, or it is not whole
  public static Authority existing(Path folder, InstantSource clock) throws AuthorityException {
    return AuthorityFolder.existing(folder, clock);
  }

  /// The same with the root key from elsewhere, for this once: both issuers are brought up to date
  /// and written.
  ///
  /// @param rootKey of the root in the folder
  /// @throws AuthorityException as above, or when the key is that of another root
  public static Authority extend(
      Path folder, PrivateKey rootKey, Permitted permitted, InstantSource clock)
      throws AuthorityException {
    return AuthorityFolder.open(folder, permitted, clock, Optional.of(rootKey));
  }

  /// Whether there is an issuer for this purpose; without the root key at first there may be none.
  public boolean has(Purpose purpose) {
    return issuers.containsKey(purpose);
  }

  private static Authority made(
      InstantSource clock, Certificates certificates, Root root, Permitted permitted)
      throws AuthorityException {
    Authority authority = new Authority(clock, certificates, root, new InMemory(), Map.of());
    authority.refresh(permitted);
    return authority;
  }

  /// The certificate that clients have to trust.
  public X509Certificate root() {
    return root.anchor();
  }

  /// The same as PEM, with a line end.
  public String rootPem() {
    return Pem.of(root());
  }

  /// The certificate of the issuer for a purpose.
  public X509Certificate issuerCertificate(Purpose purpose) {
    return issuer(purpose).certificate();
  }

  /// What the intercepting issuer may sign for.
  public Permitted permitted() {
    return issuer(Purpose.INTERCEPT).permitted();
  }

  /// Whether new issuers can be made.
  public boolean hasRootKey() {
    return root.key().isPresent();
  }

  /// Whether a leaf for this host, in canonical text, can be minted now.
  public boolean permits(String host, Purpose purpose) {
    return issuer(purpose).permitted().permits(host);
  }

  /// Sees to it that the intercepting issuer may sign for what a new policy intercepts, and that
  /// both have time to live. One that does not suffice is made anew, with a new key; leaves that
  /// are out stay good.
  ///
  /// @throws AuthorityException when the root key is needed and kept elsewhere, or the folder
  ///   cannot be written; the old issuers stay
  public void permit(Permitted wanted) throws AuthorityException {
    refresh(wanted);
  }

  synchronized void refresh(Permitted wanted) throws AuthorityException {
    renew(Purpose.REFUSE, new Permitted.Anything());
    renew(Purpose.INTERCEPT, wanted);
  }

  private void renew(Purpose purpose, Permitted wanted) throws AuthorityException {
    Issuer issuer = issuers.get(purpose);
    Instant now = clock.instant();
    boolean covered = issuer != null && issuer.permitted().covers(wanted);
    Instant end = issuer == null ? Instant.MIN : issuer.certificate().getNotAfter().toInstant();
    if (covered && end.isAfter(now.plus(RENEWED_BEFORE))) {
      return;
    }
    Optional<PrivateKey> rootKey = root.key();
    if (rootKey.isPresent()) {
      issue(purpose, wanted, rootKey.get());
    } else if (!covered) {
      throw new AuthorityException(
          "the policy intercepts hosts that the issuer may not sign for, and the root key is kept"
              + " elsewhere: "
              + keeping.howToExtend());
    } else if (!end.isAfter(now)) {
      throw new AuthorityException(
          "the issuer for `" + purpose.label() + "` has ended: " + keeping.howToExtend());
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

  private void issue(Purpose purpose, Permitted permitted, PrivateKey rootKey)
      throws AuthorityException {
    KeyPair keys = certificates.newKeys();
    X509Certificate certificate =
        certificates.issuer(
            purpose, permitted, keys.getPublic(), root.certificate(), rootKey, clock.instant());
    Issuer issuer = new Issuer(keys.getPrivate(), certificate, root.aboveIssuers(), permitted);
    keeping.keep(purpose, issuer);
    Map<Purpose, Issuer> next = new EnumMap<>(Purpose.class);
    next.putAll(issuers);
    next.put(purpose, issuer);
    issuers = next;
  }

  private record InMemory() implements Keeping {
    @Override
    public void keep(Purpose purpose, Issuer issuer) {
      // It is kept by being used.
    }

    @Override
    public String howToExtend() {
      return "start the gate anew";
    }
  }
}
