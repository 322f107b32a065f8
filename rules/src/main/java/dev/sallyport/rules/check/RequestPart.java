package dev.sallyport.rules.check;

import dev.sallyport.rules.RequestSight;
import java.util.List;
import java.util.stream.Collectors;

/// Requests to a host that share a fate.
///
/// @param terms of queries and header fields, all of which must hold
public record RequestPart(MethodSet methods, PathArea paths, List<Term> terms) {
  /// Every request.
  static final RequestPart ALL = new RequestPart(MethodSet.ALL, new PathArea.Every(), List.of());

  public RequestPart {
    terms = List.copyOf(terms);
  }

  /// Whether a request is meant.
  boolean contains(RequestSight request) {
    return methods.contains(request.method())
        && paths.contains(request.path())
        && terms.stream().allMatch(term -> term.contains(request));
  }

  /// The methods in front of a URL; empty for every method.
  String methodText() {
    return methods.equals(MethodSet.ALL) ? "" : methods.text();
  }

  /// What follows a URL: exceptions, the form of the path, and the terms.
  String remark() {
    String with =
        terms.isEmpty()
            ? ""
            : " with " + terms.stream().map(Term::text).collect(Collectors.joining(" and "));
    return paths.remark() + with;
  }
}
