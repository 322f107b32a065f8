package dev.sallyport.proxy.cli;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.AuthorityException;
import dev.sallyport.proxy.config.LoadedSettings;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say which authority a command is about.
final class CaOptions {
  @Option(
      names = "--authority",
      paramLabel = "FOLDER",
      description =
          "The folder of the authority. Without it the one of the settings, else ca beside them or,"
              + " without settings, in your configuration folder.")
  private @Nullable Path authority;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  /// An authority and where it is kept.
  record Found(Authority authority, Path folder) {}

  /// The settings that these options name.
  LoadedSettings settings(Surroundings surroundings) throws LoadException {
    return settings.load(surroundings);
  }

  /// The authority that is there; nothing is made.
  ///
  /// @throws CommandFailure when there is none in files, or it cannot be used
  Found existing(Surroundings surroundings) throws LoadException, CommandFailure {
    Path folder = folder(surroundings);
    try {
      return new Found(Authority.existing(folder, surroundings.clock()), folder);
    } catch (AuthorityException e) {
      throw CommandFailure.unusable(e.sentence());
    }
  }

  private Path folder(Surroundings surroundings) throws LoadException, CommandFailure {
    Path named = authority;
    if (named != null) {
      return named;
    }
    return switch (settings(surroundings).settings().intercept().authority()) {
      case Settings.AuthorityPlace.Folder(Path path) -> path;
      case Settings.AuthorityPlace.Memory _ ->
          throw CommandFailure.unusable(
              "the settings keep the authority in memory (`intercept.authority`), so it has no"
                  + " files: name a folder there");
      case Settings.AuthorityPlace.Own(Path certificate, Path _, var _) ->
          throw CommandFailure.unusable(
              "the settings give a certificate of your own (`"
                  + certificate
                  + "`): clients have to trust the root that it comes from");
    };
  }
}
