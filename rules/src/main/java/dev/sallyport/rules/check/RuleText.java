package dev.sallyport.rules.check;

import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import java.util.stream.Collectors;

/// Says what a rule stands for, in the words of the policy language.
public final class RuleText {
  private RuleText() {}

  /// `host: example.org`, `subdomains-of: example.org`, `domain: example.org`, `address:
  /// 10.0.0.0/8` or `any: true`.
  public static String of(HostPattern hosts) {
    return switch (hosts) {
      case HostPattern.Exact(var name) -> "host: " + name.text();
      case HostPattern.Below(var name) -> "subdomains-of: " + name.text();
      case HostPattern.Domain(var name) -> "domain: " + name.text();
      case HostPattern.Addresses(var range) -> "address: " + range;
      case HostPattern.Any() -> "any: true";
    };
  }

  /// `http`, `https` or `http and https`.
  static String of(SchemeRule scheme) {
    return switch (scheme) {
      case HTTP -> "http";
      case HTTPS -> "https";
      case ANY -> "http and https";
    };
  }

  /// The ports that are meant for a scheme: `443`, `8443, 9443` or `every port`.
  static String of(Ports ports, Scheme scheme) {
    return switch (ports) {
      case Ports.Default() -> Integer.toString(scheme.defaultPort());
      case Ports.All() -> "every port";
      case Ports.Listed(var listed) ->
          listed.stream().map(String::valueOf).collect(Collectors.joining(", "));
    };
  }
}
