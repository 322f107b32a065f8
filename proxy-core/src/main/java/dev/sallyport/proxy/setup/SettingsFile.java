package dev.sallyport.proxy.setup;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.sallyport.proxy.files.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// How a settings file is put in another's place. Blocks.
final class SettingsFile {
  private static final Set<PosixFilePermission> FOR_EVERYBODY =
      PosixFilePermissions.fromString("rw-r--r--");

  private SettingsFile() {}

  /// Replaces a file as a whole: after a crash there is the old or the new one. It keeps the mode
  /// that it had.
  static void replace(Path file, String content, ClaudeSettings.Readers readers)
      throws IOException {
    Optional<Set<PosixFilePermission>> mode = mode(file, readers);
    Files.createDirectories(PrivateFile.folderOf(file));
    PrivateFile.replace(file, content);
    if (mode.isPresent()) {
      Files.setPosixFilePermissions(file, mode.get());
    }
  }

  /// The mode to give it; empty when only the owner may read it, as it is written.
  private static Optional<Set<PosixFilePermission>> mode(Path file, ClaudeSettings.Readers readers)
      throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Optional.empty();
    }
    if (Files.exists(file)) {
      return Optional.of(Files.getPosixFilePermissions(file));
    }
    return readers == ClaudeSettings.Readers.EVERYBODY
        ? Optional.of(FOR_EVERYBODY)
        : Optional.empty();
  }

  /// Two blanks a level, as Claude Code writes it.
  static DefaultPrettyPrinter layout() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentObjectsWith(lines);
    printer.indentArraysWith(lines);
    return printer;
  }
}
