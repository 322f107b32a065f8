package dev.sallyport.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/// What a rule says of requests to its hosts. It takes sight of them: in a tunnel there is none.
public sealed interface RequestRule {
  /// The first condition that the request does not meet, as the reason to refuse it; empty when it
  /// meets all.
  ///
  /// @param request its path is canonical wherever [#looksAtPath] says so
  Optional<Reason> objection(RequestSight request);

  /// Whether the path matters, which must then be canonical.
  boolean looksAtPath();

  /// `methods`, `paths`, `query` and `headers`; what is empty asks for nothing.
  ///
  /// @param query the values that each name may have
  /// @param headers the values that each field, in lower case, may have
  record Conditions(
      SortedSet<String> methods,
      List<PathPattern> paths,
      SortedMap<String, List<String>> query,
      SortedMap<String, List<String>> headers)
      implements RequestRule {

    public Conditions {
      paths = List.copyOf(paths);
    }

    /// Whether it asks for nothing.
    public boolean isEmpty() {
      return methods.isEmpty() && paths.isEmpty() && query.isEmpty() && headers.isEmpty();
    }

    @Override
    public boolean looksAtPath() {
      return !paths.isEmpty();
    }

    @Override
    public Optional<Reason> objection(RequestSight request) {
      if (!methods.isEmpty() && !methods.contains(request.method())) {
        return Optional.of(Reason.METHOD_NOT_ALLOWED);
      }
      if (!paths.isEmpty() && !isAmongPaths(request.path())) {
        return Optional.of(Reason.PATH_NOT_ALLOWED);
      }
      for (Map.Entry<String, List<String>> wanted : query.entrySet()) {
        if (!isOneOf(
            QueryText.values(request.query().orElse(""), wanted.getKey()).orElse(List.of()),
            wanted.getValue())) {
          return Optional.of(Reason.QUERY_NOT_ALLOWED);
        }
      }
      for (Map.Entry<String, List<String>> wanted : headers.entrySet()) {
        if (!isOneOf(request.header(wanted.getKey()), wanted.getValue())) {
          return Optional.of(Reason.HEADER_NOT_ALLOWED);
        }
      }
      return Optional.empty();
    }

    private boolean isAmongPaths(String path) {
      for (PathPattern each : paths) {
        if (each.matches(path)) {
          return true;
        }
      }
      return false;
    }

    /// Exactly one value, for of several an origin may take the first, the last or all.
    private static boolean isOneOf(List<String> values, List<String> wanted) {
      return values.size() == 1 && wanted.contains(values.getFirst());
    }
  }

  /// `git`: the smart HTTP services of a host, and nothing else there.
  record Git(GitRepositories fetch, GitRepositories push) implements RequestRule {
    /// What a path of the services ends with, behind the repository.
    public static final List<String> PARTS =
        List.of(GitRequest.REFS, GitRequest.FETCH, GitRequest.PUSH);

    /// The queries that [#PARTS] may have: each service by name where references are asked for.
    public static final List<String> QUERIES =
        List.of(GitRequest.SERVICE + GitRequest.FETCH, GitRequest.SERVICE + GitRequest.PUSH);

    /// The one of [#PARTS] that a canonical path ends with; empty when it is none of a repository.
    public static Optional<String> part(String path) {
      return GitRequest.of(path).map(GitRequest::part);
    }

    @Override
    public boolean looksAtPath() {
      return true;
    }

    @Override
    public Optional<Reason> objection(RequestSight request) {
      return GitRequest.of(request.path())
          .map(found -> found.objection(this, request))
          .orElse(Optional.of(Reason.PATH_NOT_ALLOWED));
    }
  }

  /// `mcp`: one URL exactly. Methods and tools stand in the messages, which an inspection reads.
  ///
  /// @param methods of the protocol's messages; empty means all
  /// @param tools that may be called; empty means all
  record Mcp(
      String path, Optional<String> query, SortedSet<String> methods, SortedSet<String> tools)
      implements RequestRule {
    /// What the streamable HTTP transport of MCP uses.
    public static final List<String> HTTP_METHODS = List.of("POST", "GET", "DELETE");

    @Override
    public boolean looksAtPath() {
      return true;
    }

    @Override
    public Optional<Reason> objection(RequestSight request) {
      if (!HTTP_METHODS.contains(request.method())) {
        return Optional.of(Reason.METHOD_NOT_ALLOWED);
      }
      if (!path.equals(request.path())) {
        return Optional.of(Reason.PATH_NOT_ALLOWED);
      }
      return query.equals(request.query())
          ? Optional.empty()
          : Optional.of(Reason.QUERY_NOT_ALLOWED);
    }
  }
}
