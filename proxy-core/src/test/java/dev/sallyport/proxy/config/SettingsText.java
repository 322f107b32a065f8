package dev.sallyport.proxy.config;

import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Settings for tests: a text in a file of its own folder, read with an environment and options
/// that the test gives.
record SettingsText(Path folder, Map<String, String> environment, List<String> options) {
  SettingsText(Path folder) {
    this(folder, Map.of(), List.of());
  }

  SettingsText environment(Map<String, String> variables) {
    return new SettingsText(folder, variables, options);
  }

  SettingsText set(String... given) {
    return new SettingsText(folder, environment, List.of(given));
  }

  SettingsLoader loader() {
    return SettingsLoader.of(UserFolders.of(environment, folder.resolve("home")), environment)
        .set(options)
        .managedBy(folder.resolve("no-managed.yaml"));
  }

  LoadedSettings loaded(String text) throws IOException, LoadException {
    return loader().load(Files.writeString(folder.resolve("sallyport.yaml"), text));
  }

  Settings read(String text) throws IOException, LoadException {
    return loaded(text).settings();
  }

  /// What is wrong with a text, without the folder; empty when nothing is.
  List<String> problems(String text) throws IOException {
    try {
      loaded(text);
      return List.of();
    } catch (LoadException wrong) {
      return wrong.problems().stream()
          .map(Problem::toString)
          .map(line -> line.replace(folder + "/", ""))
          .toList();
    }
  }
}
