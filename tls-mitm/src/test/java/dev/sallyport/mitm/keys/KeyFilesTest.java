package dev.sallyport.mitm.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {
  private static final String SECRET = "correct horse";

  private static final KeyPair EC = keys("EC", 256);
  private static final KeyPair RSA = keys("RSA", 2048);
  private static final X509Certificate EC_CERTIFICATE = certificate(EC, "SHA256withECDSA");
  private static final X509Certificate RSA_CERTIFICATE = certificate(RSA, "SHA256withRSA");

  @TempDir Path folder = Path.of("");

  @Test
  void everyUsualFormIsRead() throws Exception {
    for (KeyPair keys : List.of(EC, RSA)) {
      X509Certificate certificate = keys == EC ? EC_CERTIFICATE : RSA_CERTIFICATE;
      Path chain =
          write("chain.pem", pem(certificate) + "some text between\n" + pem(RSA_CERTIFICATE));
      Path der = Files.write(folder.resolve("own.der"), certificate.getEncoded());
      List<Path> forms =
          List.of(
              write("pkcs8.pem", pkcs8(keys)),
              Files.write(folder.resolve("pkcs8.der"), keys.getPrivate().getEncoded()),
              write("both.pem", pem(certificate) + pkcs8(keys)));
      for (Path form : forms) {
        assertEquals(
            new OwnKey(keys.getPrivate(), List.of(certificate, RSA_CERTIFICATE)),
            OwnKey.read(chain, form, Passphrase.none()),
            form.toString());
        assertEquals(List.of(certificate), OwnKey.read(der, form, Passphrase.none()).chain());
      }
      OwnKey one = OwnKey.read(forms.getLast(), forms.getLast(), Passphrase.none());
      assertEquals(List.of(certificate), one.chain());
    }
  }

  @Test
  void whatOpenSslWritesIsRead() throws Exception {
    for (String kind : List.of("", "-rsa")) {
      OwnKey own =
          OwnKey.read(
              recorded("certificate" + kind + ".pem"),
              recorded("traditional" + kind + ".pem"),
              Passphrase.none());
      assertEquals("CN=test", own.toString());
    }
  }

  @Test
  void anEncryptedKeyNeedsItsPassphrase() throws Exception {
    Path chain = recorded("certificate.pem");
    Path key = recorded("encrypted.pem");
    Passphrase right = Passphrase.in(write("passphrase", "horse\nanother line\n"));
    Passphrase wrong = Passphrase.in(write("wrong", "battery staple\n"));
    assertTrue(OwnKey.read(chain, key, right).belongsTogether());
    assertEquals(
        "`" + key + "`: its key is encrypted: name the file with its passphrase",
        refusal(chain, key, Passphrase.none()));
    assertEquals(
        "`"
            + key
            + "`: its key does not open: the passphrase is another one, or the encryption is not"
            + " known: `openssl pkcs8 -topk8 -v2 aes-256-cbc` writes one that can",
        refusal(chain, key, wrong));
    assertFalse((right + OwnKey.read(chain, key, right).toString()).contains("horse"));
  }

  /// `openssl req` and `openssl pkcs8 -v2` in all their ciphers.
  @ParameterizedTest
  @ValueSource(strings = {"des3", "aes128", "aes192", "aes-256-cbc"})
  void everyEncryptionOfOpenSslIsOpened(String cipher) throws Exception {
    Path key = recorded("encrypted-" + cipher + ".pem");
    Passphrase right = Passphrase.in(write("passphrase", "horse\n"));
    assertTrue(OwnKey.read(recorded("certificate.pem"), key, right).belongsTogether());
    Passphrase wrong = Passphrase.in(write("wrong", "cow\n"));
    assertTrue(refusal(recorded("certificate.pem"), key, wrong).contains("does not open"), cipher);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "scrypt"})
  void anEncryptionThatIsNotKnownIsSaid(String form) throws Exception {
    Path key = recorded("encrypted-" + form + ".pem");
    Passphrase right = Passphrase.in(write("passphrase", "horse\n"));
    String said = refusal(recorded("certificate.pem"), key, right);
    assertTrue(said.contains("cannot be read") || said.contains("is not known"), said);
  }

  @Test
  void pkcs12IsReadWithAndWithoutPassphrase() throws Exception {
    Path file = pkcs12("key.p12", SECRET);
    Passphrase right = Passphrase.in(write("passphrase", SECRET + "\r\n"));
    OwnKey own = OwnKey.read(file, file, right);
    assertEquals(new OwnKey(EC.getPrivate(), List.of(EC_CERTIFICATE)), own);
    assertEquals(
        "`" + file + "`: it does not open: it is no PKCS#12 file, or the passphrase is another one",
        refusal(file, file, Passphrase.none()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void pkcs12HasExactlyOneKey(int keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < keys; i++) {
      store.setKeyEntry(
          "key" + i, EC.getPrivate(), SECRET.toCharArray(), new Certificate[] {EC_CERTIFICATE});
    }
    Path file = folder.resolve("keys.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, SECRET.toCharArray());
    }
    Passphrase right = Passphrase.in(write("passphrase", SECRET));
    assertEquals(
        "`" + file + "`: it has " + keys + " keys: give it exactly one",
        refusal(file, file, right));
  }

  @Test
  void whatIsWrongIsSaidWithTheFile() throws Exception {
    Path good = write("good.pem", pem(EC_CERTIFICATE));
    Path key = write("key.pem", pkcs8(EC));
    Path empty = write("empty", "");
    Path noise = write("noise", "not a key at all");
    Path torn = write("torn.pem", pem(EC_CERTIFICATE).substring(0, 200));
    Path two = write("two.pem", pkcs8(EC) + pkcs8(RSA));
    Path old =
        write(
            "old.pem",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"
                + "AAAA\n-----END RSA PRIVATE KEY-----\n");
    Path missing = folder.resolve("missing.pem");
    assertEquals(says(missing, "there is no such file"), refusal(missing, key));
    assertEquals(says(missing, "there is no such file"), refusal(good, missing));
    assertEquals(says(folder, "it cannot be read"), refusal(folder, key));
    assertEquals(says(empty, "there is no certificate in it"), refusal(empty, key));
    assertEquals(
        says(noise, "a certificate in it cannot be read: give PEM or DER"), refusal(noise, key));
    assertEquals(
        says(torn, "its PEM is broken: a block does not end, or is no base64"), refusal(torn, key));
    assertEquals(says(key, "there is no certificate in it"), refusal(key, key));
    assertEquals(says(good, "there is no private key in it"), refusal(good, good));
    assertEquals(says(two, "there is more than one private key in it"), refusal(good, two));
    assertEquals(
        says(good, "its first certificate is not that of the key: put the key's own first"),
        refusal(good, write("other.pem", pkcs8(RSA))));
    assertEquals(
        says(
            old,
            "its key is encrypted in a way of old that cannot be opened: `openssl pkcs8 -topk8 -v2"
                + " aes-256-cbc` writes one that can"),
        refusal(good, old));
    KeyFileException none = assertThrows(KeyFileException.class, () -> Passphrase.in(empty));
    assertEquals(says(empty, "its first line, the passphrase, is empty"), none.sentence());
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws Exception {
    Path file = folder.resolve("large");
    try (var channel =
        java.nio.channels.FileChannel.open(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(new byte[] {1}), SmallFile.MAX_OCTETS);
    }
    KeyFileException large = assertThrows(KeyFileException.class, () -> CertificateFile.read(file));
    assertEquals(
        says(file, "it has more than " + SmallFile.MAX_OCTETS + " octets, so it holds no keys"),
        large.sentence());
  }

  private static String says(Path file, String what) {
    return "`" + file + "`: " + what;
  }

  private static String refusal(Path certificates, Path key) {
    return refusal(certificates, key, Passphrase.none());
  }

  private static String refusal(Path certificates, Path key, Passphrase passphrase) {
    return assertThrows(KeyFileException.class, () -> OwnKey.read(certificates, key, passphrase))
        .sentence();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path pkcs12(String name, String passphrase) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own", EC.getPrivate(), passphrase.toCharArray(), new Certificate[] {EC_CERTIFICATE});
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, passphrase.toCharArray());
    }
    return file;
  }

  /// A file that OpenSSL wrote.
  private static Path recorded(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(KeyFilesTest.class.getResource(name)).toURI());
  }

  private static String pkcs8(KeyPair keys) throws IOException {
    return pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  private static KeyPair keys(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate certificate(KeyPair keys, String algorithm) {
    try {
      X500Name name = new X500Name("CN=test");
      Instant now = Instant.now();
      return new JcaX509CertificateConverter()
          .getCertificate(
              new JcaX509v3CertificateBuilder(
                      name,
                      BigInteger.ONE,
                      Date.from(now),
                      Date.from(now.plusSeconds(3600)),
                      name,
                      keys.getPublic())
                  .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate())));
    } catch (java.security.GeneralSecurityException
        | org.bouncycastle.operator.OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
