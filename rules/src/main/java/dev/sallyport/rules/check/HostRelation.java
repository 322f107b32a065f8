package dev.sallyport.rules.check;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.load.Spelling;
import java.util.List;
import java.util.Optional;

/// How near what a rule stands for comes to a host; the nearest first.
enum HostRelation {
  /// The rule stands for the host.
  MATCHES(""),
  /// The rule stands for the names below the host.
  APEX("it stands for the names below this one, not for itself: `domain` is both"),
  /// The host is below the one name that the rule stands for.
  BELOW("it stands for that name alone, not for the names below it: `domain` is both"),
  /// The rule stands for a name below the host.
  ABOVE("it stands for a name below this one"),
  /// One label differs a little, or the last one.
  SIMILAR("the name is only similar");

  private final String why;

  HostRelation(String why) {
    this.why = why;
  }

  /// Why the rule does not stand for the host; empty when it does.
  String why() {
    return why;
  }

  /// The relation between a rule and a host; empty when they have nothing to do with one another.
  static Optional<HostRelation> of(HostPattern hosts, Host host) {
    return switch (hosts) {
      case HostPattern.Any() -> Optional.of(MATCHES);
      case HostPattern.Addresses(var range) ->
          host instanceof Host.Literal literal && range.contains(literal.address())
              ? Optional.of(MATCHES)
              : Optional.empty();
      case HostPattern.Exact(var name) ->
          host instanceof Host.Name other ? exact(name, other) : Optional.empty();
      case HostPattern.Below(var name) ->
          host instanceof Host.Name other ? below(name, other) : Optional.empty();
      case HostPattern.Domain(var name) ->
          host instanceof Host.Name other ? domain(name, other) : Optional.empty();
    };
  }

  private static Optional<HostRelation> exact(Host.Name rule, Host.Name host) {
    if (rule.equals(host)) {
      return Optional.of(MATCHES);
    }
    return isBelow(host, rule) ? Optional.of(BELOW) : otherwise(rule, host);
  }

  private static Optional<HostRelation> below(Host.Name rule, Host.Name host) {
    if (rule.equals(host)) {
      return Optional.of(APEX);
    }
    return isBelow(host, rule) ? Optional.of(MATCHES) : otherwise(rule, host);
  }

  private static Optional<HostRelation> domain(Host.Name rule, Host.Name host) {
    return rule.equals(host) || isBelow(host, rule) ? Optional.of(MATCHES) : otherwise(rule, host);
  }

  private static Optional<HostRelation> otherwise(Host.Name rule, Host.Name host) {
    if (isBelow(rule, host)) {
      return Optional.of(ABOVE);
    }
    return isSimilar(rule.labels(), host.labels()) ? Optional.of(SIMILAR) : Optional.empty();
  }

  private static boolean isBelow(Host.Name name, Host.Name parent) {
    return name.text().endsWith("." + parent.text());
  }

  private static boolean isSimilar(List<String> rule, List<String> host) {
    if (rule.size() != host.size() || rule.size() < 2) {
      return false;
    }
    int differing = -1;
    for (int i = 0; i < rule.size(); i++) {
      if (!rule.get(i).equals(host.get(i))) {
        if (differing >= 0) {
          return false;
        }
        differing = i;
      }
    }
    return differing == rule.size() - 1
        || Spelling.nearest(host.get(differing), List.of(rule.get(differing))).isPresent();
  }
}
