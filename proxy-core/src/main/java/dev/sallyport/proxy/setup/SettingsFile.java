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
import java.util.Set;

/// How a settings file is put in another's place. Blocks.
public final class SettingsFile {
  private static final Set<PosixFilePermission> FOR_EVERYBODY =
      PosixFilePermissions.fromString("rw-r--r--");

  private SettingsFile() {}

  /// Replaces a file as a whole: after a crash there is the old or the new one. It keeps the mode
  /// and the owner that it had.
  ///
  /// @param readers who may read a file that is new
  public static void replace(Path file, String content, ClaudeSettings.Readers readers)
      throws IOException {
    boolean isNew = !Files.exists(file);
    Files.createDirectories(PrivateFile.folderOf(file));
    PrivateFile.replaceAsItWas(file, content);
    if (isNew
        && readers == ClaudeSettings.Readers.EVERYBODY
        && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, FOR_EVERYBODY);
    }
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
