package dev.sallyport.proxy.cli;

import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say which token file a command works on.
final class TokenOptions {
  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "The token file. Without it the one of the settings, else tokens.yaml beside them or,"
              + " without settings, in your configuration folder.")
  private @Nullable Path tokens;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  /// The token file, which need not exist.
  ///
  /// @throws LoadException when the settings that name it are wrong
  Path file(Surroundings surroundings) throws LoadException {
    Path named = tokens;
    return named != null ? named : settings.load(surroundings).tokenFile();
  }
}
