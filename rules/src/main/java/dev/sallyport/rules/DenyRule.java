package dev.sallyport.rules;

/// One line of `deny`: wins over everything else, on every scheme and port unless it names some.
///
/// @param why the words of the policy's author; empty when none
/// @param requests which requests are meant; empty means all, unseen ones included
public record DenyRule(
    RuleRef rule,
    HostPattern hosts,
    SchemeRule scheme,
    Ports ports,
    String why,
    RequestRules requests) {

  /// A rule that need not see requests.
  public DenyRule(RuleRef rule, HostPattern hosts, SchemeRule scheme, Ports ports, String why) {
    this(rule, hosts, scheme, ports, why, RequestRules.NONE);
  }

  /// Whether another rule denies the same, wherever it stands.
  boolean isLike(DenyRule other) {
    return hosts.equals(other.hosts)
        && scheme == other.scheme
        && ports.equals(other.ports)
        && requests.equals(other.requests);
  }

  /// The rule in one canonical line.
  String canonical() {
    return hosts + " " + scheme + " " + ports + " " + requests;
  }
}
