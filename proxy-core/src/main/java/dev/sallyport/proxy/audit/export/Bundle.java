package dev.sallyport.proxy.audit.export;

import dev.sallyport.proxy.audit.OwnerOnly;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The folder of an export. Only its owner can read it: the record says who went where.
///
/// @param folder new, created by [#create]
record Bundle(Path folder) {
  static final String EVENTS = "events.jsonl";
  static final String CHAIN = "chain";
  static final String POLICIES = "policies";
  static final String SUMS = "SHA256SUMS";

  private static final int BLOCK = 64 * 1024;

  /// @throws java.nio.file.FileAlreadyExistsException when there is something
  static Bundle create(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(folder, OwnerOnly.folder(folder));
    return new Bundle(folder);
  }

  /// Whether a folder looks like one.
  static boolean is(Path folder) {
    return Files.isRegularFile(folder.resolve(SUMS)) && Files.isDirectory(folder.resolve(CHAIN));
  }

  BufferedWriter writer(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.newBufferedWriter(file, StandardCharsets.UTF_8);
  }

  void write(String name, String text) throws IOException {
    try (BufferedWriter out = writer(name)) {
      out.write(text);
    }
  }

  void copy(Path from, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.copy(from, file);
  }

  /// Files but the sums, by their names from the folder, in order.
  List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(name -> !name.equals(SUMS))
          .sorted()
          .toList();
    }
  }

  /// Writes the hash of each file, in the form of `sha256sum`.
  void seal() throws IOException {
    StringBuilder sums = new StringBuilder();
    for (String name : files()) {
      sums.append(sum(folder.resolve(name))).append("  ").append(name).append('\n');
    }
    write(SUMS, sums.toString());
  }

  static String sum(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[BLOCK];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /// Packs it into one file and removes the folder.
  void pack(Path zip) throws IOException {
    try (OutputStream out = OwnerOnly.create(zip);
        ZipOutputStream packed = new ZipOutputStream(out)) {
      String top = String.valueOf(zip.getFileName()).replaceFirst("\\.zip$", "");
      for (String name : Stream.concat(files().stream(), Stream.of(SUMS)).toList()) {
        packed.putNextEntry(new ZipEntry(top + "/" + name));
        Files.copy(folder.resolve(name), packed);
        packed.closeEntry();
      }
    }
    remove();
  }

  void remove() throws IOException {
    List<Path> all;
    try (Stream<Path> inside = Files.walk(folder)) {
      all = inside.toList();
    }
    for (Path one : all.reversed()) {
      Files.delete(one);
    }
  }
}
