package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.config.LoadedSettings;
import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which settings a command works with.
final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The gate's settings (sallyport.yaml); without it the defaults hold.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = {
        "Another value for a setting, as in --set audit.file=/var/log/sallyport.jsonl; may be"
            + " repeated.",
        "Counts more than SALLYPORT_AUDIT_FILE in the environment, which counts more than the"
            + " file.",
        "A relative path starts at the folder of the settings file."
      })
  private List<String> sets = new ArrayList<>();

  /// Reads the settings.
  ///
  /// @throws LoadException with everything that is wrong
  LoadedSettings load(Surroundings surroundings) throws LoadException {
    SettingsLoader loader =
        SettingsLoader.of(surroundings.folders(), surroundings.environment())
            .set(sets)
            .managedBy(surroundings.managed());
    Path file = config;
    return file == null ? loader.withoutFile() : loader.load(file);
  }
}
