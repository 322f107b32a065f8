package dev.sallyport.rules.load;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Duties;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TunnelRule;
import java.util.List;
import java.util.stream.Collectors;

/// What a rule says in one line, in the words of the language and whatever its spelling. Ids are
/// made from it and repetitions found by it, so it must not change between versions.
final class Canonical {
  private Canonical() {}

  /// An entry whose hosts are already in words.
  static String conditions(
      String hosts, SchemeRule scheme, Ports ports, List<Cidr> resolvesTo, TunnelRule tunnel) {
    StringBuilder out = new StringBuilder(hosts);
    if (scheme != SchemeRule.HTTPS) {
      out.append(" scheme ").append(word(scheme));
    }
    append(out, ports);
    if (!resolvesTo.isEmpty()) {
      out.append(" resolves-to ")
          .append(
              resolvesTo.stream().map(Cidr::toString).sorted().collect(Collectors.joining(",")));
    }
    switch (tunnel.opening()) {
      case TLS_WITH_NAME -> {}
      case TLS_NAME_OPTIONAL -> out.append(" sni absent");
      case ANYTHING -> out.append(" tunnel any");
    }
    if (tunnel.encryptedHelloDenied()) {
      out.append(" ech deny");
    }
    return out.toString();
  }

  /// What an entry and its class say of requests; empty when that is nothing, so that ids of
  /// entries without conditions depend on nothing else.
  static String requests(Terms terms) {
    StringBuilder out = new StringBuilder();
    terms.rules().forEach(rule -> out.append(' ').append(rule));
    if (terms.encodedSlash()) {
      out.append(" encoded-slash allow");
    }
    if (terms.interception() == Interception.NEVER) {
      out.append(" intercept never");
    }
    if (!terms.duties().equals(Duties.NONE)) {
      out.append(' ').append(terms.duties());
    }
    return out.toString();
  }

  /// A deny rule without its author's words.
  static String deny(
      HostPattern hosts, SchemeRule scheme, Ports ports, RequestRule.Conditions requests) {
    StringBuilder out = new StringBuilder(text(hosts)).append(" scheme ").append(word(scheme));
    append(out, ports);
    if (!requests.isEmpty()) {
      out.append(' ').append(requests);
    }
    return out.toString();
  }

  /// The conditions of an assignment and its profile.
  static String text(List<Assignment.Condition> all, String profile) {
    return all.stream().map(Canonical::text).collect(Collectors.joining(" "))
        + " profile "
        + profile;
  }

  /// A host pattern.
  static String text(HostPattern hosts) {
    return switch (hosts) {
      case HostPattern.Exact(var name) -> "host " + name.text();
      case HostPattern.Below(var name) -> "subdomains-of " + name.text();
      case HostPattern.Domain(var name) -> "domain " + name.text();
      case HostPattern.Addresses(var range) -> "address " + range;
      case HostPattern.Any() -> "any";
    };
  }

  private static String text(Assignment.Condition condition) {
    return switch (condition) {
      case Assignment.Condition.TokenNamed(var pattern) -> "token " + pattern;
      case Assignment.Condition.Certified(var name) -> "certificate " + name;
      case Assignment.Condition.From(var range) -> "address " + range;
      case Assignment.Condition.Through(var listener) -> "listener " + listener;
      case Assignment.Condition.Labelled(var wanted) -> "proven " + wanted;
      case Assignment.Condition.Claiming(var wanted) -> "claimed " + wanted;
      case Assignment.Condition.Proven() -> "any";
      case Assignment.Condition.Anonymous() -> "anonymous";
    };
  }

  private static void append(StringBuilder out, Ports ports) {
    switch (ports) {
      case Ports.Default() -> {}
      case Ports.All() -> out.append(" ports all");
      case Ports.Listed(var listed) -> {
        char before = ' ';
        out.append(" ports");
        for (int port : listed) {
          out.append(before).append(port);
          before = ',';
        }
      }
    }
  }

  private static String word(SchemeRule scheme) {
    return switch (scheme) {
      case HTTP -> "http";
      case HTTPS -> "https";
      case ANY -> "any";
    };
  }
}
