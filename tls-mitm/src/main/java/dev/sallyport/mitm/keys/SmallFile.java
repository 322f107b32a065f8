package dev.sallyport.mitm.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads a whole file that has to be a small one.
final class SmallFile {
  /// Octets of the largest file that is read; a bundle of all public roots has some 250 KiB.
  static final int MAX_OCTETS = 4 * 1024 * 1024;

  private SmallFile() {}

  static boolean isPem(Path file) throws KeyFileException {
    return isPem(read(file));
  }

  static boolean isPem(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
  }

  static byte[] read(Path file) throws KeyFileException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_OCTETS + 1);
      if (octets.length > MAX_OCTETS) {
        throw new KeyFileException(
            file, "it has more than " + MAX_OCTETS + " octets, so it holds no keys");
      }
      return octets;
    } catch (NoSuchFileException e) {
      throw new KeyFileException(file, "there is no such file");
    } catch (IOException e) {
      throw new KeyFileException(file, "it cannot be read");
    }
  }
}
