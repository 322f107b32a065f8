package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.check.DomainPattern;
import java.util.List;

/// A pattern that another program allows or denies, and where it stands.
///
/// @param trafficClass empty for what is denied
/// @param scheme the word behind `scheme:`; empty for https
record ImportedRule(DomainPattern pattern, String trafficClass, String scheme, Place place) {
  /// Whether one of the rules means a host at a port.
  ///
  /// @param unported the ports that a pattern without one stands for
  static boolean anyMatches(List<ImportedRule> rules, Host host, int port, List<Integer> unported) {
    return rules.stream()
        .filter(rule -> rule.pattern.matches(host.text()))
        .anyMatch(rule -> rule.pattern.port().map(List::of).orElse(unported).contains(port));
  }

  /// The ports that an entry has which names none.
  static List<Integer> defaultPorts() {
    return List.of(Scheme.HTTPS.defaultPort(), Scheme.HTTP.defaultPort());
  }
}
