package dev.sallyport.proxy.testing;

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
    static final SSLContext CONTEXT = make();
  }

  /// For origins and clients.
  public static SSLContext context() {
    return Holder.CONTEXT;
  }

  private static SSLContext make() {
    try {
      Path folder = Files.createTempDirectory("test-certificate");
      Path file = folder.resolve("keys.p12");
      try {
        generate(file);
        return context(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException | GeneralSecurityException | InterruptedException failed) {
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

  private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
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
