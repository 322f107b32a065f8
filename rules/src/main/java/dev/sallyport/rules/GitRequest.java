package dev.sallyport.rules;

import java.util.Optional;

/// A path of git's smart HTTP services: `REPOSITORY/info/refs?service=SERVICE` or
/// `REPOSITORY/SERVICE` (gitprotocol-http).
///
/// @param repository with the slash before it and without `.git`
/// @param part what follows the repository
record GitRequest(String repository, String part) {
  static final String FETCH = "git-upload-pack";
  static final String PUSH = "git-receive-pack";
  static final String REFS = "info/refs";
  static final String SERVICE = "service=";
  private static final String SUFFIX = ".git";

  /// Reads a canonical path; empty when it belongs to none of the services.
  static Optional<GitRequest> of(String path) {
    for (String part : RequestRule.Git.PARTS) {
      if (path.endsWith("/" + part) && path.length() > part.length() + 2) {
        String repository = path.substring(0, path.length() - part.length() - 1);
        String plain =
            repository.endsWith(SUFFIX)
                ? repository.substring(0, repository.length() - SUFFIX.length())
                : repository;
        return Optional.of(new GitRequest(plain, part));
      }
    }
    return Optional.empty();
  }

  Optional<Reason> objection(RequestRule.Git rule, RequestSight request) {
    if (!request.method().equals(part.equals(REFS) ? "GET" : "POST")) {
      return Optional.of(Reason.METHOD_NOT_ALLOWED);
    }
    Optional<String> service = service(request);
    if (service.isEmpty()) {
      return Optional.of(Reason.QUERY_NOT_ALLOWED);
    }
    GitRepositories meant = service.get().equals(FETCH) ? rule.fetch() : rule.push();
    return meant.contain(repository) ? Optional.empty() : Optional.of(Reason.PATH_NOT_ALLOWED);
  }

  private Optional<String> service(RequestSight request) {
    if (!part.equals(REFS)) {
      return request.query().isEmpty() ? Optional.of(part) : Optional.empty();
    }
    String query = request.query().orElse("");
    return query.equals(SERVICE + FETCH) || query.equals(SERVICE + PUSH)
        ? Optional.of(query.substring(SERVICE.length()))
        : Optional.empty();
  }
}
