package dev.sallyport.rules;

import java.util.List;
import java.util.Optional;

/// One line of a class's allowlist.
///
/// @param resolvesTo the ranges that the name may lead into besides nothing else; empty means
///   public addresses only
/// @param catalog the catalogue part that this entry was expanded from
/// @param acceptRisk who accepted what, where the language asks for it
public record Entry(
    RuleRef rule,
    HostPattern hosts,
    SchemeRule scheme,
    Ports ports,
    List<Cidr> resolvesTo,
    TunnelRule tunnel,
    Optional<String> catalog,
    Optional<String> acceptRisk) {

  public Entry {
    resolvesTo = List.copyOf(resolvesTo);
  }

  /// The entry in one canonical line; the policy's version is taken over these.
  String canonical() {
    return hosts + " " + scheme + " " + ports + " " + resolvesTo + " " + tunnel;
  }
}
