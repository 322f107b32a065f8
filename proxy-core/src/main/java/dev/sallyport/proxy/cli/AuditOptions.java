package dev.sallyport.proxy.cli;

import dev.sallyport.rules.load.LoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Which audit log a command reads.
final class AuditOptions {
  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The audit file, or a folder of them; without it the one of the settings.")
  private @Nullable Path file;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  /// The file or folder, which exists.
  Path existing(Surroundings surroundings) throws LoadException, CommandFailure {
    Path given = file;
    Path chosen = given == null ? settings.load(surroundings).settings().audit().file() : given;
    if (!Files.exists(chosen)) {
      throw CommandFailure.unusable(
          "there is no audit log at `"
              + chosen
              + "`; name the file, or the settings with --config");
    }
    return chosen;
  }
}
