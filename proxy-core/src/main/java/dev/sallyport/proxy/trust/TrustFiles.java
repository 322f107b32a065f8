package dev.sallyport.proxy.trust;

import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;

/// Files that clients are pointed to; no secrets are in them.
///
/// @param root the gate's root alone, PEM
/// @param bundle the system's roots and the gate's, PEM
/// @param store the same for JVMs, PKCS#12 under [#STORE_PASSWORD]
public record TrustFiles(Path root, Path bundle, Path store) {
  /// Of the store for JVMs; it protects nothing, and Java asks for one.
  public static final String STORE_PASSWORD = "changeit";

  private static final String DRAFT = ".new";

  /// Writes all three, each whole or not at all, in place of older ones.
  ///
  /// @param folder made when there is none
  /// @param systemPem the roots that are trusted already
  /// @param rootPem the gate's
  /// @throws IOException when the folder cannot be written
  /// @throws KeyFileException when the system's roots cannot be read
  public static TrustFiles write(Path folder, String systemPem, String rootPem)
      throws IOException, KeyFileException {
    Files.createDirectories(folder);
    TrustFiles files =
        new TrustFiles(
            folder.resolve("root.pem"), folder.resolve("bundle.pem"), folder.resolve("bundle.p12"));
    String end = systemPem.isEmpty() || systemPem.endsWith("\n") ? "" : "\n";
    write(files.root, rootPem.getBytes(StandardCharsets.ISO_8859_1));
    // The system's roots may be a bundle of an earlier run, which holds ours already.
    String ours = systemPem.contains(rootPem.strip()) ? "" : rootPem;
    write(files.bundle, (systemPem + end + ours).getBytes(StandardCharsets.ISO_8859_1));
    write(files.store, store(files.bundle));
    return files;
  }

  private static byte[] store(Path bundle) throws IOException, KeyFileException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate each : CertificateFile.read(bundle)) {
        store.setCertificateEntry("root-" + number++, each);
      }
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      store.store(octets, STORE_PASSWORD.toCharArray());
      return octets.toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IOException("a trust store for JVMs cannot be made", e);
    }
  }

  private static void write(Path file, byte[] octets) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + DRAFT);
    Files.write(draft, octets);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
