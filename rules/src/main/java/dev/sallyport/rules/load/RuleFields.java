package dev.sallyport.rules.load;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.SchemeRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Reads what allowlist entries and deny rules have in common: hosts, scheme, ports and ranges.
final class RuleFields {
  /// The words of which a rule has exactly one.
  static final List<String> HOST_KEYS =
      List.of("host", "domain", "subdomains-of", "address", "any");

  private static final List<String> SCHEMES = List.of("https", "http", "any");

  private final Fields fields;
  private final Problems problems;

  RuleFields(Fields fields, Problems problems) {
    this.fields = fields;
    this.problems = problems;
  }

  /// The one key of these that the rule has. None or two are a problem.
  Optional<String> theOne(List<String> keys) {
    fields.known(keys);
    Optional<String> found = Optional.empty();
    for (String key : keys) {
      if (!fields.has(key)) {
        continue;
      }
      if (found.isPresent()) {
        fields.problem(
            key,
            Problem.quote(found.get()) + " and " + Problem.quote(key) + " stand in one line",
            "give each a line of its own");
        return Optional.empty();
      }
      found = Optional.of(key);
    }
    if (found.isEmpty()) {
      String words = keys.stream().map(Problem::quote).collect(Collectors.joining(", "));
      problems.add(fields.place(), "this names no host", "write one of " + words);
    }
    return found;
  }

  /// The hosts behind one of [#HOST_KEYS].
  Optional<HostPattern> hosts(String key) {
    if (key.equals("any")) {
      return onlyTrue("any") ? Optional.of(new HostPattern.Any()) : Optional.empty();
    }
    Optional<Node.Scalar> scalar = fields.scalar(key);
    if (key.equals("address")) {
      return scalar
          .flatMap(text -> HostText.range(key, text, problems))
          .map(HostPattern.Addresses::new);
    }
    return scalar
        .flatMap(text -> HostText.name(key, text, problems))
        .map(name -> pattern(key, name));
  }

  private static HostPattern pattern(String key, Host.Name name) {
    return switch (key) {
      case "domain" -> new HostPattern.Domain(name);
      case "subdomains-of" -> new HostPattern.Below(name);
      default -> new HostPattern.Exact(name);
    };
  }

  /// The scheme; empty when none is written.
  Optional<SchemeRule> scheme() {
    return fields
        .choice("scheme", SCHEMES)
        .map(
            word ->
                switch (word) {
                  case "http" -> SchemeRule.HTTP;
                  case "any" -> SchemeRule.ANY;
                  default -> SchemeRule.HTTPS;
                });
  }

  /// The ports; empty when none are written.
  Optional<Ports> ports() {
    if (!fields.has("ports")) {
      fields.known(List.of("ports"));
      return Optional.empty();
    }
    List<Node> items = fields.oneOrMore("ports");
    TreeSet<Integer> ports = new TreeSet<>();
    for (Node item : items) {
      fields
          .asText("ports", item)
          .flatMap(port -> fields.asInteger("ports", port, 1, Destination.MAX_PORT))
          .ifPresent(ports::add);
    }
    if (items.isEmpty()) {
      fields.problem("ports", "`ports` names no port", "name one or leave it out");
    }
    return Optional.of(new Ports.Listed(Collections.unmodifiableSortedSet(ports)));
  }

  /// The ranges behind a key; empty when it is absent. A key that names none is a problem.
  List<Cidr> ranges(String key) {
    List<Node> items = fields.oneOrMore(key);
    List<Cidr> ranges = new ArrayList<>();
    for (Node item : items) {
      fields
          .asText(key, item)
          .flatMap(text -> HostText.range(key, text, problems))
          .ifPresent(ranges::add);
    }
    if (items.isEmpty() && fields.has(key)) {
      fields.problem(key, Problem.quote(key) + " names no range", "name one or leave it out");
    }
    return ranges;
  }

  /// Whether a key that can only be true is; `false` is a problem.
  boolean onlyTrue(String key) {
    if (!fields.has(key)) {
      fields.known(List.of(key));
      return false;
    }
    Optional<Boolean> value = fields.bool(key);
    boolean isTrue = value.orElse(false);
    if (value.isPresent() && !isTrue) {
      fields.problem(
          key,
          Problem.quote(key) + " can only be `true`",
          "write `" + key + ": true` or remove it");
    }
    return isTrue;
  }
}
