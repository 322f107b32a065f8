package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.workbench.GitPolicy;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Two versions of a policy as a person names them: files, folders, `REVISION:PATH` of the git
/// repository here, or `REVISION` alone, which stands for the other one's file or folder in that
/// revision.
///
/// @param before the older one
/// @param after the newer one
record PolicyVersions(Policy before, Policy after) {
  /// Reads both.
  ///
  /// @param folder where relative git paths begin
  static PolicyVersions read(Path folder, String before, String after)
      throws LoadException, CommandFailure {
    return new PolicyVersions(one(folder, before, after), one(folder, after, before));
  }

  private static Policy one(Path folder, String named, String other)
      throws LoadException, CommandFailure {
    Path file = Path.of(named);
    if (Files.exists(file)) {
      return PolicyLocation.read(file);
    }
    if (named.indexOf(':') > 0) {
      return git(folder, named, named);
    }
    Path beside = Path.of(other);
    if (Files.isDirectory(beside)) {
      return git(beside.toAbsolutePath().normalize(), named + ":./", named + ":" + other);
    }
    Path name = beside.getFileName();
    if (!Files.exists(beside) || name == null) {
      throw CommandFailure.unusable(
          "there is no file "
              + Problem.quote(named)
              + "; name a file, a folder, or `REVISION:PATH` of this git repository");
    }
    Path where = beside.toAbsolutePath().normalize().resolveSibling("");
    return git(where, named + ":./" + name, named + ":" + other);
  }

  private static Policy git(Path folder, String object, String shown)
      throws LoadException, CommandFailure {
    try {
      return PolicyLoader.load(shown, GitPolicy.read(folder, object, shown));
    } catch (IOException failed) {
      throw CommandFailure.unusable(String.valueOf(failed.getMessage()));
    }
  }
}
