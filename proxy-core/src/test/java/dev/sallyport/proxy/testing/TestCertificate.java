package dev.sallyport.proxy.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for `*.example.com`, made once by the JDK's keytool, and a context that shows it
/// and trusts it alone.
public final class TestCertificate {
  private static final String PASSWORD = "for-tests";

  private TestCertificate() {}

  private static final class Holder {
    static final byte[] KEYS = make();
  }

  /// For origins and clients.
  public static SSLContext context() {
    try {
      return context(store());
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException("no certificate for the tests", failed);
    }
  }

  /// Writes it with its key in PKCS#12, and what opens that, beside each other.
  public static KeyFiles keyFiles(Path folder) throws IOException {
    return new KeyFiles(
        Files.write(folder.resolve("test-certificate.p12"), Holder.KEYS),
        Files.writeString(folder.resolve("test-passphrase"), PASSWORD + "\n"));
  }

  /// Where a key is, and what opens it.
  public record KeyFiles(Path keys, Path passphrase) {}

  /// Writes the certificate alone, in DER.
  public static Path certificateFile(Path folder) throws IOException {
    try {
      return Files.write(
          folder.resolve("test-certificate.der"), store().getCertificate("test").getEncoded());
    } catch (GeneralSecurityException failed) {
      throw new IOException(failed);
    }
  }

  private static KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(Holder.KEYS), PASSWORD.toCharArray());
    return keys;
  }

  private static byte[] make() {
    try {
      Path folder = Files.createTempDirectory("test-certificate");
      Path file = folder.resolve("keys.p12");
      try {
        generate(file);
        return Files.readAllBytes(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException("no certificate for the tests", failed);
    }
  }

  private static void generate(Path file) throws IOException, InterruptedException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    String options =
        "-genkeypair -alias test -keyalg EC -groupname secp256r1 -validity 30 -dname CN=test"
            + " -ext san=dns:*.example.com -storetype PKCS12 -storepass "
            + PASSWORD
            + " -keystore ";
    Process process =
        new ProcessBuilder((keytool + " " + options + file).split(" ", -1))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  private static SSLContext context(KeyStore keys) throws IOException, GeneralSecurityException {
    KeyManagerFactory shown = KeyManagerFactory.getInstance("PKIX");
    shown.init(keys, PASSWORD.toCharArray());
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("test", keys.getCertificate("test"));
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
