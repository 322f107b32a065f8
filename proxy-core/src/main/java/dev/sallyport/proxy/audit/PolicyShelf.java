package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/// The texts of the policies that were in force, beside the audit file: `policies/<version>.yaml`,
/// and `policies/<version>-2.yaml` when another text means the same. The hash of the text is in the
/// `policy.loaded` event, so that a copy that was changed shows. Blocks; not for event loops.
///
/// @param folder need not exist
public record PolicyShelf(Path folder) {
  /// The field of `policy.loaded` with the SHA-256 of the text.
  public static final String HASH_FIELD = "sallyport.policy.text";

  /// Texts of one version that are told apart.
  static final int MAX_TEXTS = 100;

  private static final String ENDING = ".yaml";

  /// What versions look like; nothing else may become a name of a file.
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z]{1,128}");

  /// That of a log, or of a folder of logs.
  public static PolicyShelf beside(Path fileOrFolder) {
    Path folder =
        Files.isDirectory(fileOrFolder) ? fileOrFolder : ChainFiles.of(fileOrFolder).folder();
    return new PolicyShelf(folder.resolve("policies"));
  }

  /// Puts a text there, unless it is there.
  ///
  /// @return its SHA-256 in hexadecimal
  /// @throws IOException when it cannot be written
  public String keep(String version, String text) throws IOException {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    String hash = hash(octets);
    OwnerOnly.createFolder(folder);
    for (int number = 1; number <= MAX_TEXTS; number++) {
      Path file = file(version, number);
      if (Files.exists(file) && hash(Files.readAllBytes(file)).equals(hash)) {
        return hash;
      }
      if (!Files.exists(file) && isWritten(file, octets)) {
        return hash;
      }
    }
    throw new IOException("there are too many texts of this version");
  }

  /// The texts of a version.
  public List<Path> copies(String version) {
    List<Path> copies = new ArrayList<>();
    if (VERSION.matcher(version).matches()) {
      for (int number = 1; number <= MAX_TEXTS; number++) {
        Path file = folder.resolve(name(version, number));
        if (!Files.isRegularFile(file)) {
          return copies;
        }
        copies.add(file);
      }
    }
    return copies;
  }

  private Path file(String version, int number) throws IOException {
    if (!VERSION.matcher(version).matches()) {
      throw new IOException("the policy's version is no name for a file");
    }
    return folder.resolve(name(version, number));
  }

  private static String name(String version, int number) {
    return version + (number == 1 ? "" : "-" + number) + ENDING;
  }

  /// Whole or not at all, and never in the place of another one that has just come.
  private static boolean isWritten(Path file, byte[] octets) throws IOException {
    Path temporary = file.resolveSibling("." + UUID.randomUUID());
    Files.createFile(temporary, OwnerOnly.file(temporary));
    try {
      Files.write(temporary, octets);
      Files.createLink(file, temporary);
      return true;
    } catch (FileAlreadyExistsException other) {
      return false;
    } catch (UnsupportedOperationException noLinks) {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static String hash(byte[] octets) {
    return HexFormat.of().formatHex(Seal.sha256().digest(octets));
  }
}
