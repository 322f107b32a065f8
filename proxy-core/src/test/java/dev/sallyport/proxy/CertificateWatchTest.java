package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.mitm.keys.PrivateKeyFile;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.proxy.config.UserFolders;
import dev.sallyport.proxy.intercept.Interception;
import dev.sallyport.rules.load.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gate that runs for years on one policy.
class CertificateWatchTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes: {seen: {intercept: true, allow: [a.example]}}
      profiles: {all: {classes: [seen]}}
      assign: [{anonymous: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-28T12:00:00Z"));
  private final List<String> said = new ArrayList<>();
  private final List<Interception> open = new ArrayList<>();
  private Path authority = Path.of("");

  @BeforeEach
  void name() {
    authority = folder.resolve("ca");
  }

  @AfterEach
  void close() {
    open.forEach(Interception::close);
  }

  private Interception interception() throws Exception {
    Path file = Files.writeString(folder.resolve("sallyport.yaml"), "intercept: {authority: ca}\n");
    Settings settings =
        SettingsLoader.of(UserFolders.of(Map.of(), folder), Map.of()).load(file).settings();
    Interception interception =
        new Interception(settings.intercept(), settings.upstream(), now::get);
    open.add(interception);
    interception.putInForce(interception.prepare(PolicyLoader.load("policy.yaml", POLICY)));
    return interception;
  }

  private CertificateWatch watch(Interception interception) {
    return new CertificateWatch(interception, List.of(), now::get, said::add);
  }

  private void pass(Duration time) {
    now.set(now.get().plus(time));
  }

  @Test
  void issuersAreRenewedByThemselvesAndNobodyHearsOfIt() throws Exception {
    Interception interception = interception();
    CertificateWatch watch = watch(interception);
    Instant root = interception.root().orElseThrow().getNotAfter().toInstant();
    while (now.get().isBefore(root.minus(CertificateWatch.SAID_BEFORE))) {
      watch.look();
      for (Purpose purpose : Purpose.values()) {
        Instant end = interception.issuerEnd(purpose).orElseThrow();
        Instant enough = now.get().plus(Duration.ofDays(30));
        assertTrue(end.isAfter(enough) || end.equals(root), () -> end + " at " + now.get());
      }
      pass(Duration.ofDays(10));
    }
    assertEquals(List.of(), said);
  }

  @Test
  void theEndOfTheRootIsSaidOnceADayAndThenNothingIsIntercepted() throws Exception {
    Interception interception = interception();
    CertificateWatch watch = watch(interception);
    Instant root = interception.root().orElseThrow().getNotAfter().toInstant();
    now.set(root.minus(Duration.ofDays(90)));
    watch.look();
    now.set(root.minus(CertificateWatch.SAID_BEFORE));
    watch.look();
    assertEquals(List.of(), said);
    pass(Duration.ofSeconds(1));
    for (int i = 0; i < 48; i++) {
      watch.look();
      pass(Duration.ofHours(1));
    }
    String sentence =
        "the root of the authority ends on "
            + root
            + ": move the folder `"
            + authority
            + "` away and start the gate anew, which makes another one, and give clients its"
            + " `root.pem`";
    assertEquals(List.of(sentence, sentence), said);
    assertTrue(interception.isGood(Purpose.INTERCEPT));
    assertTrue(interception.refusesInBand());
    now.set(root);
    assertFalse(interception.isGood(Purpose.INTERCEPT));
    assertFalse(interception.refusesInBand());
    watch.look();
    assertTrue(said.getLast().startsWith("the root of the authority ended on "), said::toString);
  }

  @Test
  void withTheRootKeyElsewhereAPersonHearsOfItInTimeAndTheExtensionIsTakenUp() throws Exception {
    interception();
    Path key = Files.move(authority.resolve("root.key"), folder.resolve("safe.key"));
    Interception interception = interception();
    CertificateWatch watch = watch(interception);
    Instant end = interception.issuerEnd(Purpose.INTERCEPT).orElseThrow();
    now.set(end.minus(CertificateWatch.SAID_BEFORE).plusSeconds(1));
    watch.look();
    String what =
        " ends on " + end + ": run `sallyport ca extend --root-key FILE` for the folder `";
    assertEquals(
        List.of(
            "the issuer for `intercept`" + what + authority + "`",
            "the issuer for `refuse`" + what + authority + "`"),
        said);
    Authority.extend(
        authority,
        PrivateKeyFile.read(key, Passphrase.none()),
        Permitted.hosts(Set.of("a.example")),
        now::get);
    said.clear();
    pass(CertificateWatch.SAID_AGAIN);
    watch.look();
    assertEquals(List.of(), said);
    assertTrue(interception.issuerEnd(Purpose.INTERCEPT).orElseThrow().isAfter(end));
  }

  @Test
  void anAuthorityThatIsNotUsedIsNobodysConcern() throws Exception {
    Interception interception = interception();
    interception.putInForce(
        interception.prepare(
            PolicyLoader.load("policy.yaml", POLICY.replace("intercept: true, ", ""))));
    pass(Duration.ofDays(3650));
    watch(interception).look();
    assertEquals(List.of(), said);
  }
}
