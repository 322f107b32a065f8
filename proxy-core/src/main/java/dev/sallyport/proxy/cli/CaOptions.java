package dev.sallyport.proxy.cli;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.AuthorityException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which authority a command is about.
final class CaOptions {
  private static final String FOLDER = "ca";

  @Option(
      names = "--authority",
      paramLabel = "FOLDER",
      description = "The folder of the authority; ca in your configuration folder if left out.")
  private @Nullable Path authority;

  /// An authority and where it is kept.
  record Found(Authority authority, Path folder) {}

  /// The folder, which need not exist.
  Path folder(Surroundings surroundings) {
    Path named = authority;
    return named == null ? surroundings.folders().config().resolve(FOLDER) : named;
  }

  /// The authority that is there; nothing is made.
  ///
  /// @throws CommandFailure when there is none, or it cannot be used
  Found existing(Surroundings surroundings) throws CommandFailure {
    Path folder = folder(surroundings);
    try {
      return new Found(Authority.existing(folder, surroundings.clock()), folder);
    } catch (AuthorityException e) {
      throw CommandFailure.unusable(e.sentence());
    }
  }
}
