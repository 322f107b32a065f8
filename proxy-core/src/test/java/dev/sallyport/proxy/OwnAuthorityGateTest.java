package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The organisation's own authority behind a passphrase: `intercept.passphrase-file`.
class OwnAuthorityGateTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes: {model: {intercept: true, allow: [api.example.com]}}
      profiles: {all: {classes: [model]}}
      assign: [{anonymous: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");

  private Authority authority() throws Exception {
    Path made = folder.resolve("made");
    Authority authority =
        Authority.inFolder(made, new Permitted.Anything(), InstantSource.system());
    OwnKey root = OwnKey.pem(made.resolve("root.pem"), made.resolve("root.key"), Passphrase.none());
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "root", root.key(), "horse".toCharArray(), new Certificate[] {root.certificate()});
    try (OutputStream out = Files.newOutputStream(folder.resolve("own.p12"))) {
      store.store(out, "horse".toCharArray());
    }
    return authority;
  }

  private TestGate gate(String passphrase) throws Exception {
    Files.writeString(folder.resolve("passphrase"), passphrase + "\n");
    return TestGate.start(
        Transport.best(),
        folder,
        "intercept: {certificate: own.p12, key: own.p12, passphrase-file: passphrase}\n",
        POLICY);
  }

  @Test
  void thePassphraseOpensIt() throws Exception {
    Authority authority = authority();
    try (TestGate gate = gate("horse");
        Wire client = gate.intercepted("api.example.com")) {
      assertEquals(authority.rootPem(), gate.gate().authorityRoot().orElseThrow());
      assertEquals(
          421, client.send("GET / HTTP/1.1\r\nHost: b.example.com\r\n\r\n").answer().status());
    }
  }

  @Test
  void anotherOneStopsTheStart() throws Exception {
    authority();
    CannotStartException why = assertThrows(CannotStartException.class, () -> gate("cow").close());
    assertTrue(
        String.valueOf(why.getMessage()).contains("the passphrase is another one"),
        why::getMessage);
  }
}
