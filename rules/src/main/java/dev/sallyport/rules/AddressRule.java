package dev.sallyport.rules;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Which addresses an entry may lead to. Names lead to public addresses only, unless the entry
/// lists ranges; what is special on this host (loopback, metadata and their like) takes a range
/// that spells it out.
public final class AddressRule {
  private AddressRule() {}

  /// The same without a translator in the network.
  public static boolean permitted(InetAddress address, List<Cidr> resolvesTo, HostPattern hosts) {
    return permitted(address, resolvesTo, hosts, Optional.empty());
  }

  /// Whether an entry permits an address that its host resolved to, or that the client named
  /// itself.
  ///
  /// @param address what would be dialled
  /// @param resolvesTo the entry's ranges; empty means public addresses only
  /// @param hosts what the entry stands for: `address` is a range of its own, `any` permits public
  ///   addresses only
  /// @param nat64 the prefix of the network's translator (RFC 6052): behind it the inner IPv4
  ///   address is judged
  /// @throws IllegalArgumentException when the NAT64 prefix is not one that RFC 6052 knows
  public static boolean permitted(
      InetAddress address, List<Cidr> resolvesTo, HostPattern hosts, Optional<Cidr> nat64) {
    InetAddress judged = judged(address, nat64);
    Optional<SpecialRange> special = SpecialRange.of(judged);
    boolean listed =
        resolvesTo.isEmpty()
            ? special.isEmpty() || hosts instanceof HostPattern.Addresses
            : resolvesTo.stream()
                .anyMatch(range -> range.contains(judged) && opens(range, special));
    return listed
        && switch (hosts) {
          case HostPattern.Exact _, HostPattern.Below _, HostPattern.Domain _ -> true;
          case HostPattern.Any() -> special.isEmpty();
          case HostPattern.Addresses(Cidr range) ->
              range.contains(EmbeddedIpv4.unmapped(address))
                  && special.map(found -> found.range().contains(range)).orElse(true);
        };
  }

  /// The address that counts: behind a translator or in mapped form the IPv4 address inside.
  public static InetAddress judged(InetAddress address, Optional<Cidr> nat64) {
    InetAddress plain = EmbeddedIpv4.unmapped(address);
    return nat64.flatMap(prefix -> EmbeddedIpv4.translated(plain, prefix)).orElse(plain);
  }

  private static boolean opens(Cidr range, Optional<SpecialRange> special) {
    return special.isEmpty()
        || switch (special.get().kind().reach()) {
          case OPEN, WITHIN_ANY_RANGE -> true;
          case SPELLED_OUT -> special.get().range().contains(range);
        };
  }
}
