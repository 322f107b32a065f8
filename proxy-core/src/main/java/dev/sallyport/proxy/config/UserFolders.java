package dev.sallyport.proxy.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where a user's own files are, as the XDG base directory specification says.
///
/// @param config what the user writes: `policy.yaml`, `tokens.yaml`
/// @param state what the gate writes: audit files, the control socket
public record UserFolders(Path config, Path state) {
  private static final String OURS = "sallyport";

  /// The folders of whoever has this environment and home folder: below `XDG_CONFIG_HOME` and
  /// `XDG_STATE_HOME`, or below `~/.config` and `~/.local/state`. A relative path in those
  /// variables is ignored, as the specification asks, and a relative home folder (Java's is `?` for
  /// a user without one) stands for the root: they would lead into the working directory, whose
  /// files are not trusted.
  public static UserFolders of(Map<String, String> environment, Path home) {
    Path root = home.isAbsolute() ? home.normalize() : Path.of("/");
    return new UserFolders(
        absolute(environment, "XDG_CONFIG_HOME").orElse(root.resolve(".config")).resolve(OURS),
        absolute(environment, "XDG_STATE_HOME")
            .orElse(root.resolve(".local").resolve("state"))
            .resolve(OURS));
  }

  /// The home folder that a process has: the one that `HOME` names, as shells and other programs
  /// take it, else the one on file for the user. They differ where a container runs as a user that
  /// is not on file.
  ///
  /// @param onFile what the system says
  public static Path home(Map<String, String> environment, Path onFile) {
    return absolute(environment, "HOME").orElse(onFile);
  }

  private static Optional<Path> absolute(Map<String, String> environment, String name) {
    try {
      return Optional.ofNullable(environment.get(name))
          .map(Path::of)
          .filter(Path::isAbsolute)
          .map(Path::normalize);
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }
}
