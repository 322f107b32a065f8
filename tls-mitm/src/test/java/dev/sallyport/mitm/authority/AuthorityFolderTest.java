package dev.sallyport.mitm.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.mitm.keys.PrivateKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityFolderTest {
  private static final Permitted PERMITTED =
      Permitted.hosts(Set.of("a.example", "10.0.0.1", "2001:db8::1"));

  private final TestClock clock = new TestClock(Instant.parse("2026-11-28T12:00:00Z"));

  @TempDir Path temporary = Path.of("");

  private Path folder = Path.of("");

  @BeforeEach
  void name() {
    folder = temporary.resolve("state/ca");
  }

  @Test
  void itIsMadeOnFirstNeedForItsOwnerAlone() throws Exception {
    open();
    assertEquals("rwx------", mode(folder));
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertEquals(
          Set.of("root.pem", "root.key", "intercept.pem", "refuse.pem", ".lock"),
          Set.copyOf(all.stream().map(file -> file.getFileName().toString()).toList()));
      for (Path file : all) {
        assertEquals("rw-------", mode(file), file.toString());
      }
    }
  }

  @Test
  void itIsTheSameTheNextTime() throws Exception {
    Authority first = open();
    Authority second = open();
    assertEquals(first.root(), second.root());
    for (Purpose purpose : Purpose.values()) {
      assertEquals(first.issuerCertificate(purpose), second.issuerCertificate(purpose));
    }
    assertEquals(PERMITTED, second.permitted());
    assertTrue(second.hasRootKey());
  }

  @Test
  void twoGatesThatStartTogetherAgree() throws Exception {
    List<Callable<X509Certificate>> gates = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      gates.add(() -> open().root());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Set<X509Certificate> roots = new java.util.HashSet<>();
      for (var each : threads.invokeAll(gates)) {
        roots.add(each.get());
      }
      assertEquals(1, roots.size());
    }
  }

  @Test
  void aGrownSetIsWritten() throws Exception {
    open();
    Permitted more = Permitted.hosts(Set.of("a.example", "b.example"));
    Authority grown = Authority.inFolder(folder, more, clock);
    assertTrue(grown.permitted().permits("b.example"));
    assertEquals(
        grown.issuerCertificate(Purpose.INTERCEPT),
        Authority.inFolder(folder, more, clock).issuerCertificate(Purpose.INTERCEPT));
    Authority unlimited = Authority.inFolder(folder, new Permitted.Anything(), clock);
    assertEquals(new Permitted.Anything(), unlimited.permitted());
    assertEquals(new Permitted.Anything(), open().permitted());
    assertEquals(grown.root(), unlimited.root());
  }

  @Test
  void theRootKeyMayBeKeptElsewhere() throws Exception {
    Authority first = open();
    Path elsewhere = temporary.resolve("safe.key");
    Files.move(folder.resolve("root.key"), elsewhere);
    Authority without = open();
    assertFalse(without.hasRootKey());
    assertEquals(first.root(), without.root());
    Permitted more = Permitted.hosts(Set.of("a.example", "b.example"));
    AuthorityException refused =
        assertThrows(AuthorityException.class, () -> Authority.inFolder(folder, more, clock));
    assertEquals(
        "the policy intercepts hosts that the issuer may not sign for, and the root key is kept"
            + " elsewhere: run `sallyport ca extend --root-key FILE` for the folder `"
            + folder
            + "`",
        refused.sentence());
    assertThrows(AuthorityException.class, () -> without.permit(more));
    assertTrue(without.permitted().permits("a.example"));

    PrivateKey key = PrivateKeyFile.read(elsewhere, Passphrase.none());
    Authority.extend(folder, key, more, clock);
    assertFalse(Files.exists(folder.resolve("root.key")));
    Authority extended = Authority.inFolder(folder, more, clock);
    assertTrue(extended.permitted().permits("b.example"));
    assertNotEquals(
        first.issuerCertificate(Purpose.INTERCEPT), extended.issuerCertificate(Purpose.INTERCEPT));
  }

  @Test
  void anotherRootsKeyExtendsNothing() throws Exception {
    open();
    PrivateKey other = new Certificates(new java.security.SecureRandom()).newKeys().getPrivate();
    AuthorityException refused =
        assertThrows(
            AuthorityException.class, () -> Authority.extend(folder, other, PERMITTED, clock));
    assertTrue(refused.sentence().contains("is not that of the certificate"), refused.sentence());
  }

  @Test
  void withoutItsRootItIsNeitherUsedNorMadeAnew() throws Exception {
    open();
    Files.delete(folder.resolve("root.pem"));
    String before = Files.readString(folder.resolve("root.key"));
    AuthorityException refused = assertThrows(AuthorityException.class, this::open);
    assertEquals(
        "the authority in `"
            + folder
            + "` is not whole: `root.pem` is missing; put it back, or empty the folder if no client"
            + " trusts it yet",
        refused.sentence());
    assertEquals(before, Files.readString(folder.resolve("root.key")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"root.pem", "root.key", "intercept.pem", "refuse.pem"})
  void aTornFileIsNamedAndKept(String name) throws Exception {
    open();
    Path file = folder.resolve(name);
    String whole = Files.readString(file);
    for (int length : List.of(0, 20, whole.length() / 2, whole.length() - 20)) {
      Files.writeString(file, whole.substring(0, length));
      AuthorityException refused = assertThrows(AuthorityException.class, this::open);
      assertTrue(refused.sentence().contains("`" + file + "`"), refused.sentence());
      assertEquals(length, Files.size(file));
    }
    Files.writeString(file, whole);
    open();
  }

  @ParameterizedTest
  @ValueSource(strings = {"root.key", "intercept.pem", "refuse.pem"})
  void aKeyThatOthersCanReadIsNotUsed(String name) throws Exception {
    open();
    Path file = folder.resolve(name);
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      AuthorityException refused = assertThrows(AuthorityException.class, this::open);
      assertTrue(refused.sentence().contains("chmod 600"), refused.sentence());
    }
  }

  @Test
  void filesOfTwoAuthoritiesDoNotMix() throws Exception {
    open();
    Path other = temporary.resolve("other");
    Authority.inFolder(other, PERMITTED, clock);
    Files.copy(
        other.resolve("refuse.pem"),
        folder.resolve("refuse.pem"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    AuthorityException refused = assertThrows(AuthorityException.class, this::open);
    assertTrue(refused.sentence().contains("was not signed by the root"), refused.sentence());
  }

  @Test
  void anIssuerThatIsGoneIsMadeAnewWithTheRootKeyOnly() throws Exception {
    open();
    Files.delete(folder.resolve("refuse.pem"));
    open();
    assertTrue(Files.exists(folder.resolve("refuse.pem")));
    Files.delete(folder.resolve("refuse.pem"));
    Files.delete(folder.resolve("root.key"));
    assertThrows(AuthorityException.class, this::open);
  }

  private Authority open() throws AuthorityException {
    return Authority.inFolder(folder, PERMITTED, clock);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
