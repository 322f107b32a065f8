package dev.sallyport.mitm.keys;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/// A file of certificates: PEM with any number of them and text between, or one in DER.
public final class CertificateFile {
  private CertificateFile() {}

  /// All certificates in the file, in its order; at least one.
  ///
  /// @throws KeyFileException when the file cannot be read, holds no certificate or a broken one
  public static List<X509Certificate> read(Path file) throws KeyFileException {
    byte[] octets = SmallFile.read(file);
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    List<X509Certificate> certificates = new ArrayList<>();
    if (SmallFile.isPem(octets)) {
      for (PemObject object : blocks(file, text)) {
        if (isCertificate(object.getType())) {
          certificates.add(certificate(file, object.getContent()));
        }
      }
    } else if (octets.length > 0) {
      certificates.add(certificate(file, octets));
    }
    if (certificates.isEmpty()) {
      throw new KeyFileException(file, "there is no certificate in it");
    }
    return List.copyOf(certificates);
  }

  /// The blocks of a PEM file.
  static List<PemObject> blocks(Path file, String text) throws KeyFileException {
    List<PemObject> blocks = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(text))) {
      for (PemObject each = reader.readPemObject(); each != null; each = reader.readPemObject()) {
        blocks.add(each);
      }
      return blocks;
    } catch (IOException | RuntimeException e) {
      throw new KeyFileException(file, "its PEM is broken: a block does not end, or is no base64");
    }
  }

  private static boolean isCertificate(String type) {
    return type.equals("CERTIFICATE") || type.equals("X509 CERTIFICATE");
  }

  private static X509Certificate certificate(Path file, byte[] der) throws KeyFileException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | ClassCastException e) {
      throw new KeyFileException(file, "a certificate in it cannot be read: give PEM or DER");
    }
  }
}
