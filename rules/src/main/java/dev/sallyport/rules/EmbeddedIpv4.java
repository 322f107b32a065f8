package dev.sallyport.rules;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// Finds the IPv4 address that an IPv6 address carries.
final class EmbeddedIpv4 {
  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_OCTETS = 16;

  /// Where the interface identifier of an IPv6 address begins (RFC 4291 section 2.5.1).
  private static final int INTERFACE_AT = 8;

  /// The octet that holds no part of the IPv4 address (RFC 6052 section 2.2, "u"). It ought to be
  /// zero, but a translator that does not look at it would reach the inner address all the same, so
  /// it is not looked at here either.
  private static final int RESERVED_OCTET = 8;

  /// The lengths that a translation prefix may have (RFC 6052 section 2.2).
  private static final Set<Integer> TRANSLATION_PREFIXES = Set.of(32, 40, 48, 56, 64, 96);

  private EmbeddedIpv4() {}

  /// The address itself, or the IPv4 address that an IPv4-mapped one stands for (RFC 4291 section
  /// 2.5.5.2).
  static InetAddress unmapped(InetAddress address) {
    // The JDK does this wherever it can; only an Inet6Address made with a scope keeps the mapped
    // form.
    byte[] octets = address.getAddress();
    boolean mapped =
        octets.length == IPV6_OCTETS
            && isZero(octets, 0, 10)
            && octets[10] == (byte) 0xff
            && octets[11] == (byte) 0xff;
    return mapped ? ipv4(octets, 12) : address;
  }

  /// The IPv4 address in an ISATAP interface identifier: 0000:5efe or 0200:5efe before it (RFC 5214
  /// section 6.1).
  static Optional<InetAddress> isatap(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length != IPV6_OCTETS) {
      return Optional.empty();
    }
    // 0x02 is the bit that says "globally unique", 0x01 the group bit; neither changes whose
    // address it is.
    boolean isatap =
        (octets[INTERFACE_AT] & 0xfc) == 0
            && octets[INTERFACE_AT + 1] == 0
            && octets[INTERFACE_AT + 2] == 0x5e
            && octets[INTERFACE_AT + 3] == (byte) 0xfe;
    return isatap ? Optional.of(ipv4(octets, INTERFACE_AT + 4)) : Optional.empty();
  }

  /// The IPv4 address that a translator with this prefix would send to (RFC 6052 section 2.2);
  /// empty when the address is not one of the translator's.
  ///
  /// @throws IllegalArgumentException when the prefix is not one that RFC 6052 knows
  static Optional<InetAddress> translated(InetAddress address, Cidr prefix) {
    requireTranslationPrefix(prefix);
    byte[] octets = address.getAddress();
    if (!prefix.contains(address)) {
      return Optional.empty();
    }
    byte[] inner = new byte[IPV4_OCTETS];
    int at = prefix.prefix() / Byte.SIZE;
    for (int i = 0; i < IPV4_OCTETS; i++) {
      if (at == RESERVED_OCTET) {
        at++;
      }
      inner[i] = octets[at++];
    }
    return Optional.of(Addresses.address(inner));
  }

  private static void requireTranslationPrefix(Cidr prefix) {
    boolean ipv6 = prefix.network().getAddress().length == IPV6_OCTETS;
    if (!ipv6 || !TRANSLATION_PREFIXES.contains(prefix.prefix())) {
      throw new IllegalArgumentException(
          "a NAT64 prefix is an IPv6 range of /32, /40, /48, /56, /64 or /96");
    }
  }

  private static InetAddress ipv4(byte[] octets, int at) {
    return Addresses.address(Arrays.copyOfRange(octets, at, at + IPV4_OCTETS));
  }

  private static boolean isZero(byte[] octets, int from, int to) {
    for (int i = from; i < to; i++) {
      if (octets[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
