package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.keys.KeyFileException;
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
  private final Keeping keeping;
  private volatile Signers signers;

  Authority(InstantSource clock, Certificates certificates, Keeping keeping, Signers signers) {
    this.clock = clock;
    this.certificates = certificates;
    this.keeping = keeping;
    this.signers = signers;
  }

  /// Where the organisation's own certificate and key come from.
  @FunctionalInterface
  public interface Source {
    /// Reads them; blocks.
    ///
    /// @throws KeyFileException when they cannot be read or do not belong together
    OwnKey read() throws KeyFileException;
  }

  /// A new authority whose keys are never written down and end with the process.
  ///
  /// @param permitted what the intercepting issuer may sign for
  public static Authority inMemory(Permitted permitted, InstantSource clock) {
    Certificates certificates = new Certificates(new SecureRandom());
    KeyPair keys = certificates.newKeys();
    Root root = Root.of(certificates.root(keys, clock.instant()), Optional.of(keys.getPrivate()));
    try {
      return made(clock, certificates, new InMemory(), root, permitted);
    } catch (AuthorityException e) {
      throw new IllegalStateException("an authority in memory needs nothing that can fail", e);
    }
  }

  /// An authority below the organisation's own certificate; the issuers are kept in memory, and
  /// made anew at each start. Near its end the certificate is read again, and another one is taken
  /// up.
  ///
  /// @throws AuthorityException when that certificate cannot be read, may not sign issuers, or has
  ///   ended
  public static Authority given(Source source, Permitted permitted, InstantSource clock)
      throws AuthorityException {
    OwnAuthority kept = new OwnAuthority(source);
    return made(clock, new Certificates(new SecureRandom()), kept, kept.root(), permitted);
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
    return signers.issuer(purpose).isPresent();
  }

  /// Whether the issuer for this purpose is there and has not ended.
  public boolean isGood(Purpose purpose) {
    return signers.issuer(purpose).map(Issuer::end).filter(clock.instant()::isBefore).isPresent();
  }

  private static Authority made(
      InstantSource clock,
      Certificates certificates,
      Keeping keeping,
      Root root,
      Permitted permitted)
      throws AuthorityException {
    Authority authority = new Authority(clock, certificates, keeping, new Signers(root, Map.of()));
    authority.refresh(permitted);
    return authority;
  }

  /// The certificate that clients have to trust.
  public X509Certificate root() {
    return signers.root().anchor();
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
    return signers.root().key().isPresent();
  }

  /// What a person has to do for an issuer that is about to end and is not made anew by itself.
  public String howToExtend() {
    return keeping.howToExtend();
  }

  /// What a person has to do when the root is about to end.
  public String howToReplace() {
    return keeping.howToReplace();
  }

  /// Sees to it that the intercepting issuer may sign for what a policy intercepts, and that both
  /// have time to live. One that does not suffice is made anew, with a new key; leaves that are out
  /// stay good, and for what it alone may sign for the one before goes on signing. What others have
  /// brought up to date where the authority is kept is taken up.
  ///
  /// @throws AuthorityException when the root key is needed and kept elsewhere, the root has ended,
  ///   or what is kept cannot be read or written; the old issuers stay
  public synchronized void permit(Permitted wanted) throws AuthorityException {
    if (!hasTimeFor(wanted)) {
      signers = keeping.alone(signers, kept -> refreshed(kept, wanted));
    }
  }

  /// Whether [#permit] would do. Changes nothing.
  ///
  /// @throws AuthorityException that of [#permit]
  public synchronized void check(Permitted wanted) throws AuthorityException {
    if (!hasTimeFor(wanted)) {
      keeping.alone(
          signers,
          kept -> {
            isToBeMade(kept, Purpose.REFUSE, new Permitted.Anything());
            isToBeMade(kept, Purpose.INTERCEPT, wanted);
            return kept;
          });
    }
  }

  /// Whether the issuers suffice, and for a good while.
  private boolean hasTimeFor(Permitted wanted) {
    Instant soon = clock.instant().plus(RENEWED_BEFORE);
    return signers.issuer(Purpose.REFUSE).filter(issuer -> issuer.end().isAfter(soon)).isPresent()
        && signers
            .issuer(Purpose.INTERCEPT)
            .filter(issuer -> issuer.end().isAfter(soon) && issuer.permitted().covers(wanted))
            .isPresent();
  }

  synchronized void refresh(Permitted wanted) throws AuthorityException {
    signers = refreshed(signers, wanted);
  }

  private Signers refreshed(Signers kept, Permitted wanted) throws AuthorityException {
    Permitted anything = new Permitted.Anything();
    Signers next = kept;
    if (isToBeMade(next, Purpose.REFUSE, anything)) {
      next = next.with(Purpose.REFUSE, issue(next.root(), Purpose.REFUSE, anything));
    }
    if (isToBeMade(next, Purpose.INTERCEPT, wanted)) {
      next = next.with(Purpose.INTERCEPT, issue(next.root(), Purpose.INTERCEPT, wanted));
    }
    return next;
  }

  /// Whether an issuer has to be made anew, and can be.
  private boolean isToBeMade(Signers kept, Purpose purpose, Permitted wanted)
      throws AuthorityException {
    Instant now = clock.instant();
    Instant last = kept.root().end();
    Instant end = kept.issuer(purpose).map(Issuer::end).orElse(Instant.MIN);
    boolean covered =
        kept.issuer(purpose).filter(issuer -> issuer.permitted().covers(wanted)).isPresent();
    if (covered && end.isAfter(now.plus(RENEWED_BEFORE))) {
      return false;
    }
    if (!last.isAfter(now)) {
      throw new AuthorityException(
          "the root of the authority ended on " + last + ": " + keeping.howToReplace());
    }
    if (covered && !end.isBefore(last)) {
      // A new one would end with the root too.
      return false;
    }
    if (kept.root().key().isEmpty() && !covered) {
      throw new AuthorityException(
          "the policy intercepts hosts that the issuer may not sign for, and the root key is kept"
              + " elsewhere: "
              + keeping.howToExtend());
    }
    if (kept.root().key().isEmpty() && !end.isAfter(now)) {
      throw new AuthorityException(
          purpose.issuer()
              + " ended on "
              + end
              + ", and the root key is kept elsewhere: "
              + keeping.howToExtend());
    }
    return kept.root().key().isPresent();
  }

  /// The issuer of today.
  Issuer issuer(Purpose purpose) {
    return signers
        .issuer(purpose)
        .orElseThrow(
            () -> new IllegalStateException("the authority has no issuer for " + purpose.label()));
  }

  /// Who signs a leaf for this host, in canonical text, now.
  ///
  /// @throws MintRefusedException when nobody may
  Issuer signer(String host, Purpose purpose) throws MintRefusedException {
    Signers now = signers;
    Optional<Issuer> signer = now.signer(host, purpose, clock.instant());
    if (signer.isPresent()) {
      return signer.get();
    }
    boolean ended =
        now.issuer(purpose).filter(issuer -> issuer.permitted().permits(host)).isPresent();
    throw new MintRefusedException(
        ended ? MintRefusedException.Why.ENDED : MintRefusedException.Why.NOT_PERMITTED);
  }

  /// What builds certificates here.
  Certificates certificates() {
    return certificates;
  }

  /// The clock that certificates are dated by.
  InstantSource clock() {
    return clock;
  }

  private Issuer issue(Root root, Purpose purpose, Permitted permitted) throws AuthorityException {
    KeyPair keys = certificates.newKeys();
    X509Certificate certificate =
        certificates.issuer(
            purpose, permitted, keys.getPublic(), root, root.key().orElseThrow(), clock.instant());
    Issuer issuer = new Issuer(keys.getPrivate(), certificate, root.aboveIssuers(), permitted);
    keeping.keep(purpose, issuer);
    return issuer;
  }
}
