package dev.sallyport.rules;

/// One line of `deny`: wins over everything else, on every scheme and port unless it names some.
///
/// @param why the words of the policy's author; empty when none
public record DenyRule(
    RuleRef rule, HostPattern hosts, SchemeRule scheme, Ports ports, String why) {
  /// The rule in one canonical line.
  String canonical() {
    return hosts + " " + scheme + " " + ports;
  }
}
