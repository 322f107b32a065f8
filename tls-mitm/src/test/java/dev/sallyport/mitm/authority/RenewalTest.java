package dev.sallyport.mitm.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.authority.MintRefusedException.Why;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.mitm.keys.PrivateKeyFile;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An authority that is used for years.
class RenewalTest {
  private static final Permitted A = Permitted.hosts(Set.of("a.example"));
  private static final Permitted B = Permitted.hosts(Set.of("b.example"));
  private static final Duration DAY = Duration.ofDays(1);

  /// Until an issuer of today is due.
  private static final Duration QUIET =
      Certificates.ISSUER_LIFETIME.minus(Authority.RENEWED_BEFORE);

  private final TestClock clock = new TestClock(Instant.parse("2026-11-28T12:00:00Z"));

  @TempDir Path temporary = Path.of("");

  private Path folder = Path.of("");

  @BeforeEach
  void name() {
    folder = temporary.resolve("ca");
  }

  private Authority open() throws AuthorityException {
    return Authority.inFolder(folder, A, clock);
  }

  private Path rootKeyElsewhere() throws Exception {
    return Files.move(folder.resolve("root.key"), temporary.resolve("safe.key"));
  }

  private static String refusal(org.junit.jupiter.api.function.Executable what) {
    return assertThrows(AuthorityException.class, what).sentence();
  }

  private static Why whyNot(Authority authority, String host) {
    return assertThrows(MintRefusedException.class, () -> authority.signer(host, Purpose.INTERCEPT))
        .why();
  }

  @Test
  void theIssuerBeforeStillSignsForWhatItAloneMay() throws Exception {
    Authority authority = open();
    X509Certificate first = authority.issuerCertificate(Purpose.INTERCEPT);
    authority.permit(B);
    assertEquals(first, authority.signer("a.example", Purpose.INTERCEPT).certificate());
    assertEquals(
        authority.issuerCertificate(Purpose.INTERCEPT),
        authority.signer("b.example", Purpose.INTERCEPT).certificate());
    assertEquals(Why.NOT_PERMITTED, whyNot(authority, "c.example"));
    // One before that is no more.
    authority.permit(Permitted.hosts(Set.of("c.example")));
    assertEquals(Why.NOT_PERMITTED, whyNot(authority, "a.example"));
  }

  @Test
  void anIssuerThatIsDueIsMadeAnewOnceAndWritten() throws Exception {
    Authority authority = open();
    clock.advance(QUIET.plus(DAY));
    authority.permit(A);
    X509Certificate second = authority.issuerCertificate(Purpose.INTERCEPT);
    assertEquals(
        clock.instant().plus(Certificates.ISSUER_LIFETIME), second.getNotAfter().toInstant());
    authority.permit(A);
    assertEquals(second, authority.issuerCertificate(Purpose.INTERCEPT));
    assertEquals(second, open().issuerCertificate(Purpose.INTERCEPT));
  }

  @Test
  void aGateTakesUpWhatAnotherOneOfTheSameFolderMade() throws Exception {
    Authority one = open();
    Authority other = open();
    clock.advance(QUIET.plus(DAY));
    one.permit(A);
    other.permit(A);
    for (Purpose purpose : Purpose.values()) {
      assertEquals(one.issuerCertificate(purpose), other.issuerCertificate(purpose));
    }
  }

  @Test
  void whatIsExtendedElsewhereIsTakenUpByAGateThatRuns() throws Exception {
    open();
    Path key = rootKeyElsewhere();
    Authority running = open();
    String sentence = refusal(() -> running.permit(B));
    assertTrue(sentence.contains("run `sallyport ca extend"), sentence);
    assertEquals(sentence, refusal(() -> running.check(B)));
    assertEquals(A, running.permitted());
    Authority.extend(folder, PrivateKeyFile.read(key, Passphrase.none()), B, clock);
    running.check(B);
    assertEquals(A, running.permitted());
    running.permit(B);
    assertEquals(B, running.permitted());
    assertFalse(running.hasRootKey());
  }

  @Test
  void aRootKeyThatWasTakenAwayIsForgotten() throws Exception {
    Authority running = open();
    rootKeyElsewhere();
    assertTrue(refusal(() -> running.permit(B)).contains("the root key is kept elsewhere"));
  }

  @Test
  void withoutTheRootKeyItGoesOnToTheEndAndNoFurther() throws Exception {
    open();
    Path key = rootKeyElsewhere();
    Authority running = open();
    X509Certificate first = running.issuerCertificate(Purpose.INTERCEPT);
    clock.advance(Certificates.ISSUER_LIFETIME.minusSeconds(1));
    running.permit(A);
    assertTrue(running.isGood(Purpose.INTERCEPT));
    assertEquals(first, running.signer("a.example", Purpose.INTERCEPT).certificate());
    assertTrue(running.howToExtend().contains("ca extend"), running.howToExtend());
    clock.advance(Duration.ofSeconds(1));
    assertFalse(running.isGood(Purpose.INTERCEPT));
    assertFalse(running.isGood(Purpose.REFUSE));
    assertEquals(Why.ENDED, whyNot(running, "a.example"));
    assertEquals(
        "the issuer for `refuse` ended on 2029-03-02T12:00:00Z, and the root key is kept elsewhere:"
            + " run `sallyport ca extend --root-key FILE` for the folder `"
            + folder
            + "`",
        refusal(() -> running.permit(A)));
    Authority.extend(folder, PrivateKeyFile.read(key, Passphrase.none()), A, clock);
    running.permit(A);
    assertTrue(running.isGood(Purpose.INTERCEPT));
    assertNotEquals(first, running.signer("a.example", Purpose.INTERCEPT).certificate());
  }

  @Test
  void whatEndsWithItsRootIsNotMadeAnewAgainAndAgain() throws Exception {
    open();
    clock.advance(Certificates.ROOT_LIFETIME.minus(Duration.ofDays(30)));
    Authority authority = open();
    X509Certificate last = authority.issuerCertificate(Purpose.INTERCEPT);
    assertEquals(authority.root().getNotAfter(), last.getNotAfter());
    authority.permit(A);
    assertEquals(last, authority.issuerCertificate(Purpose.INTERCEPT));
    assertTrue(authority.howToReplace().contains("give clients"), authority.howToReplace());
    clock.advance(Duration.ofDays(30));
    String sentence = refusal(() -> authority.permit(A));
    assertEquals(
        "the root of the authority ended on 2036-11-25T12:00:00Z: move the folder `"
            + folder
            + "` away and start the gate anew, which makes another one, and give clients its"
            + " `root.pem`",
        sentence);
    assertEquals(sentence, refusal(this::open));
    assertEquals(Why.ENDED, whyNot(authority, "a.example"));
  }

  @Test
  void aFolderWithAnotherAuthorityChangesNothing() throws Exception {
    Authority running = open();
    Files.move(folder, temporary.resolve("old"));
    assertTrue(refusal(() -> running.permit(B)).contains("is no longer in `" + folder + "`"));
    assertFalse(Files.exists(folder));
    Authority other = open();
    assertTrue(
        refusal(() -> running.permit(B)).startsWith("`" + folder + "` holds another authority"));
    assertEquals(A, running.permitted());
    assertEquals(A, other.permitted());
  }

  @Test
  void anotherCertificateOfTheOrganisationsOwnIsTakenUpBeforeTheFirstEnds() throws Exception {
    Certificates certificates = new Certificates(new SecureRandom());
    KeyPair keys = certificates.newKeys();
    X509Certificate first = certificates.root(keys, clock.instant());
    AtomicReference<X509Certificate> onFile = new AtomicReference<>(first);
    Authority authority =
        Authority.given(() -> new OwnKey(keys.getPrivate(), List.of(onFile.get())), A, clock);
    clock.advance(Certificates.ROOT_LIFETIME.minus(Authority.RENEWED_BEFORE).plus(DAY));
    authority.permit(A);
    assertEquals(first, authority.root());
    X509Certificate second = certificates.root(keys, clock.instant());
    onFile.set(second);
    authority.permit(A);
    assertEquals(second, authority.root());
    assertEquals(
        clock.instant().plus(Certificates.ISSUER_LIFETIME),
        authority.issuerCertificate(Purpose.REFUSE).getNotAfter().toInstant());
  }

  @Test
  void leavesThatAreOutStayAndNoneOutlivesItsIssuer() throws Exception {
    open();
    rootKeyElsewhere();
    Authority running = open();
    LeafRequest request = new LeafRequest("a.example", Purpose.INTERCEPT, List.of("http/1.1"));
    try (Leaves leaves = new Leaves(running, TlsProvider.JDK, Leaves.DEFAULT_KEPT)) {
      clock.advance(Certificates.ISSUER_LIFETIME.minus(Duration.ofHours(4)));
      SslContext first = asked(leaves, request).getNow();
      clock.advance(Duration.ofHours(2));
      assertSame(first, asked(leaves, request).getNow());
      // Three quarters of what the issuer had left.
      clock.advance(Duration.ofHours(1).plusSeconds(1));
      assertNotSame(first, asked(leaves, request).getNow());
      clock.advance(Duration.ofHours(1));
      Throwable why = asked(leaves, request).cause();
      assertEquals(Why.ENDED, assertInstanceOf(MintRefusedException.class, why).why());
    }
  }

  @Test
  void aLeafOfTheIssuerBeforeIsShownUntilItIsOldItself() throws Exception {
    Authority authority = open();
    LeafRequest request = new LeafRequest("a.example", Purpose.INTERCEPT, List.of("http/1.1"));
    try (Leaves leaves = new Leaves(authority, TlsProvider.JDK, Leaves.DEFAULT_KEPT)) {
      clock.advance(QUIET.plus(DAY));
      SslContext first = asked(leaves, request).getNow();
      authority.permit(A);
      assertSame(first, asked(leaves, request).getNow());
      clock.advance(Duration.ofDays(6));
      assertNotSame(first, asked(leaves, request).getNow());
    }
  }

  private static Future<SslContext> asked(Leaves leaves, LeafRequest request) {
    return leaves
        .contextFor(request, "client", ImmediateEventExecutor.INSTANCE)
        .awaitUninterruptibly();
  }
}
