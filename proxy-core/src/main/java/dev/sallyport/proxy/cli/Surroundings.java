package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.proxy.config.UserFolders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// What a command knows of the process that it runs in.
///
/// @param folders the user's own
/// @param out for facts; flushes at line ends
/// @param err for everything else; flushes at line ends
/// @param style how both are marked
/// @param managed the organisation's file; never anywhere else but in tests
record Surroundings(
    Map<String, String> environment,
    UserFolders folders,
    PrintWriter out,
    PrintWriter err,
    Style style,
    InstantSource clock,
    Path managed) {

  Surroundings {
    environment = Map.copyOf(environment);
  }

  /// Surroundings with the organisation's file in its one place.
  Surroundings(
      Map<String, String> environment,
      UserFolders folders,
      PrintWriter out,
      PrintWriter err,
      Style style,
      InstantSource clock) {
    this(environment, folders, out, err, style, clock, SettingsLoader.MANAGED);
  }

  /// Those of this process.
  static Surroundings ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Surroundings(
        environment,
        UserFolders.of(
            environment,
            UserFolders.home(environment, Path.of(System.getProperty("user.home", "/")))),
        new PrintWriter(System.out, true, System.out.charset()),
        new PrintWriter(System.err, true, System.err.charset()),
        Style.of(environment),
        InstantSource.system());
  }
}
