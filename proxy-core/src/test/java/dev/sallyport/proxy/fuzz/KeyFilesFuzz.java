package dev.sallyport.proxy.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.ClientHelloReaderFuzz;
import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.proxy.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Files of certificates and keys, in PEM, DER and PKCS#12: any octets are what they are read as,
/// or a sentence.
public final class KeyFilesFuzz {
  private static final List<String> RECORDED =
      List.of(
          "certificate.pem",
          "certificate-rsa.pem",
          "traditional.pem",
          "traditional-rsa.pem",
          "encrypted.pem",
          "encrypted-des3.pem",
          "encrypted-v1.pem");

  private KeyFilesFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) throws KeyFileException {
    Path file = Scratch.file("key", octets);
    Passphrase passphrase = Passphrase.in(Scratch.file("passphrase", "horse".getBytes(UTF_8)));
    try {
      assertFalse(CertificateFile.read(file).isEmpty());
    } catch (KeyFileException refused) {
      assertTrue(refused.sentence().contains(file.toString()));
    }
    try {
      assertTrue(OwnKey.read(file, file, passphrase).belongsTogether());
    } catch (KeyFileException refused) {
      assertTrue(refused.sentence().contains(file.toString()));
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    try {
      List<byte[]> seeds = new ArrayList<>();
      for (String name : RECORDED) {
        try (InputStream in =
            Objects.requireNonNull(
                ClientHelloReaderFuzz.class.getResourceAsStream("keys/" + name))) {
          seeds.add(in.readAllBytes());
        }
      }
      Path folder = Files.createTempDirectory(Scratch.folder(), "seeds");
      seeds.add(Files.readAllBytes(TestCertificate.keyFiles(folder).keys()));
      seeds.add(Files.readAllBytes(TestCertificate.certificateFile(folder)));
      return seeds;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
