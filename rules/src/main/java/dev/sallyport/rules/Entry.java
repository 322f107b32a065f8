package dev.sallyport.rules;

import java.util.List;
import java.util.Optional;

/// One line of a class's allowlist, with what its class says of all its lines.
///
/// @param resolvesTo the ranges that the name may lead into besides nothing else; empty means
///   public addresses only
/// @param catalog the catalogue part that this entry was expanded from
/// @param acceptRisk who accepted what, where the language asks for it
/// @param requests what it asks of requests, its class's conditions included
/// @param interception whether it looks at requests
/// @param duties what else it asks of the gate, its class's included
/// @param exception for how long and for whom, when it is an exception
public record Entry(
    RuleRef rule,
    HostPattern hosts,
    SchemeRule scheme,
    Ports ports,
    List<Cidr> resolvesTo,
    TunnelRule tunnel,
    Optional<String> catalog,
    Optional<String> acceptRisk,
    RequestRules requests,
    Interception interception,
    Duties duties,
    Optional<ExceptionTerms> exception) {

  public Entry {
    resolvesTo = List.copyOf(resolvesTo);
  }

  /// An entry that asks nothing of requests and is treated as its class says.
  public Entry(
      RuleRef rule,
      HostPattern hosts,
      SchemeRule scheme,
      Ports ports,
      List<Cidr> resolvesTo,
      TunnelRule tunnel,
      Optional<String> catalog,
      Optional<String> acceptRisk) {
    this(
        rule,
        hosts,
        scheme,
        ports,
        resolvesTo,
        tunnel,
        catalog,
        acceptRisk,
        RequestRules.NONE,
        Interception.AS_CLASS,
        Duties.NONE,
        Optional.empty());
  }

  /// Whether it takes sight of requests.
  public boolean looksAtRequests() {
    return !requests.isEmpty() || duties.needsSight();
  }

  /// Whether another entry of a like class allows the same in the same way, wherever it stands.
  boolean isLike(Entry other) {
    return hosts.equals(other.hosts)
        && scheme == other.scheme
        && ports.equals(other.ports)
        && resolvesTo.equals(other.resolvesTo)
        && tunnel.equals(other.tunnel)
        && requests.equals(other.requests)
        && interception == other.interception
        && duties.equals(other.duties)
        && exception.equals(other.exception);
  }

  /// The entry in one canonical line; the policy's version is taken over these.
  String canonical() {
    return hosts
        + " "
        + scheme
        + " "
        + ports
        + " "
        + resolvesTo
        + " "
        + tunnel
        + " "
        + requests
        + " "
        + interception
        + " "
        + duties
        + exception.map(terms -> " " + terms).orElse("");
  }
}
