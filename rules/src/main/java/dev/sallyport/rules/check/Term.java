package dev.sallyport.rules.check;

import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestSight;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a query or a header field must be.
///
/// @param on what the term is about
/// @param values what it may be, or where `others` holds, what it may not be
/// @param others whether anything but the values is meant, absence included
public record Term(Subject on, List<String> values, boolean others) {
  public Term {
    values = List.copyOf(values);
  }

  /// What a term is about.
  public sealed interface Subject {
    /// A name in the query, present once.
    record Query(String name) implements Subject {}

    /// A header field, present once.
    record Header(String name) implements Subject {}

    /// The query as a whole, behind its question mark; the empty text is a request without one.
    record WholeQuery() implements Subject {}
  }

  /// Whether a request is meant.
  boolean contains(RequestSight request) {
    boolean listed =
        switch (on) {
          case Subject.Query(var name) -> meets(asked(name), Collections.emptySortedMap(), request);
          case Subject.Header(var name) ->
              meets(Collections.emptySortedMap(), asked(name), request);
          case Subject.WholeQuery() -> values.contains(whole(request));
        };
    return listed != others;
  }

  /// For a person.
  String text() {
    String listed =
        values.stream().map(value -> "`" + value + "`").collect(Collectors.joining(" or "));
    return switch (on) {
      case Subject.Query(var name) -> "query " + name + (others ? " other than " : " ") + listed;
      case Subject.Header(var name) -> "header " + name + (others ? " other than " : " ") + listed;
      case Subject.WholeQuery() -> wholeText();
    };
  }

  private String wholeText() {
    String listed =
        values.stream()
            .filter(value -> !value.isEmpty())
            .map(value -> "the query `" + value.substring(1) + "`")
            .collect(Collectors.joining(" or "));
    String none = values.contains("") ? "no query" : "";
    String both = none + (none.isEmpty() || listed.isEmpty() ? "" : " or ") + listed;
    return others ? "a query other than " + both : both;
  }

  /// A query with its question mark; empty where there is none.
  static String whole(RequestSight request) {
    return request.query().map(query -> "?" + query).orElse("");
  }

  private SortedMap<String, List<String>> asked(String name) {
    return new TreeMap<>(Map.of(name, values));
  }

  /// Asks the policy's own reading of queries and fields.
  private static boolean meets(
      SortedMap<String, List<String>> query,
      SortedMap<String, List<String>> headers,
      RequestSight request) {
    return new RequestRule.Conditions(Collections.emptySortedSet(), List.of(), query, headers)
        .objection(request)
        .isEmpty();
  }

  /// The whole query, if that is what the request must have.
  Optional<String> onlyQuery() {
    return on instanceof Subject.WholeQuery && !others && values.size() == 1
        ? Optional.of(values.getFirst())
        : Optional.empty();
  }
}
