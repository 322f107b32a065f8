package dev.sallyport.rules;

import java.util.List;

/// Which repositories of a host one may fetch from or push to.
///
/// @param every whether all are meant
/// @param listed `owner/name` patterns with a slash before them; empty with `every`
public record GitRepositories(boolean every, List<PathPattern> listed) {
  /// None.
  public static final GitRepositories NONE = new GitRepositories(false, List.of());

  /// All.
  public static final GitRepositories ALL = new GitRepositories(true, List.of());

  public GitRepositories {
    listed = List.copyOf(listed);
  }

  /// Whether a repository is meant.
  ///
  /// @param path `/owner/name`, without `.git`
  public boolean contain(String path) {
    return every || listed.stream().anyMatch(pattern -> pattern.matches(path));
  }

  @Override
  public String toString() {
    return every ? "any" : listed.toString();
  }
}
