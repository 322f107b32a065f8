package dev.sallyport.rules;

import static dev.sallyport.rules.AddressKind.*;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One range of addresses that is not public, or not everybody's. The table holds every row of
/// IANA's IPv4 and IPv6 special-purpose registries (RFC 6890), multicast, what is reserved or was
/// given back, and the addresses where cloud vendors hand out credentials.
///
/// @param source the RFC, or the vendor whose documents name the address
public record SpecialRange(Cidr range, AddressKind kind, String source) {
  private static final String VENDORS = "vendor documents";

  /// Every range, narrow before wide, so that the first one that holds an address is the one that
  /// counts.
  private static final List<SpecialRange> ALL =
      Stream.of(ipv4(), ipv6(), metadata())
          .flatMap(List::stream)
          .sorted(Comparator.comparingInt((SpecialRange each) -> each.range.prefix()).reversed())
          .toList();

  /// Every range of the table, narrow before wide.
  public static List<SpecialRange> all() {
    return ALL;
  }

  /// The narrowest special range that holds the address; empty for a public one.
  public static Optional<SpecialRange> of(InetAddress address) {
    InetAddress judged = EmbeddedIpv4.unmapped(address);
    Optional<SpecialRange> found =
        ALL.stream().filter(each -> each.range.contains(judged)).findFirst();
    boolean weak =
        found.isEmpty() || found.get().kind.reach() == AddressKind.Reach.WITHIN_ANY_RANGE;
    if (weak && EmbeddedIpv4.isatap(judged).filter(inner -> !of(inner).isEmpty()).isPresent()) {
      int bits = judged.getAddress().length * Byte.SIZE;
      return Optional.of(new SpecialRange(new Cidr(judged, bits), ISATAP, "RFC 5214"));
    }
    return found;
  }

  /// The special ranges that an entry opens when it lists this range: networks of one's own that
  /// overlap it, and others only where they hold it wholly.
  public static List<SpecialRange> openedBy(Cidr listed) {
    return ALL.stream().filter(each -> each.isOpenedBy(listed)).toList();
  }

  private boolean isOpenedBy(Cidr listed) {
    return range.contains(listed)
        || (kind.reach() == AddressKind.Reach.WITHIN_ANY_RANGE && listed.contains(range));
  }

  private static List<SpecialRange> ipv4() {
    return List.of(
        range("0.0.0.0/8", THIS_NETWORK, "RFC 791"),
        range("0.0.0.0/32", UNSPECIFIED, "RFC 1122"),
        range("10.0.0.0/8", PRIVATE, "RFC 1918"),
        range("100.64.0.0/10", SHARED, "RFC 6598"),
        range("127.0.0.0/8", LOOPBACK, "RFC 1122"),
        range("169.254.0.0/16", LINK_LOCAL, "RFC 3927"),
        range("172.16.0.0/12", PRIVATE, "RFC 1918"),
        range("192.0.0.0/24", IETF_PROTOCOL, "RFC 6890"),
        range("192.0.0.0/29", SERVICE_CONTINUITY, "RFC 7335"),
        range("192.0.0.8/32", DUMMY, "RFC 7600"),
        range("192.0.0.9/32", PORT_CONTROL_ANYCAST, "RFC 7723"),
        range("192.0.0.10/32", TURN_ANYCAST, "RFC 8155"),
        range("192.0.0.170/31", NAT64_DISCOVERY, "RFC 7050"),
        range("192.0.2.0/24", DOCUMENTATION, "RFC 5737"),
        range("192.31.196.0/24", AS112, "RFC 7535"),
        range("192.52.193.0/24", MULTICAST_TUNNELING, "RFC 7450"),
        range("192.88.99.0/24", SIX_TO_FOUR_RELAY, "RFC 7526"),
        range("192.88.99.2/32", SIX_A_44, "RFC 6751"),
        range("192.168.0.0/16", PRIVATE, "RFC 1918"),
        range("192.175.48.0/24", AS112, "RFC 7534"),
        range("198.18.0.0/15", BENCHMARKING, "RFC 2544"),
        range("198.51.100.0/24", DOCUMENTATION, "RFC 5737"),
        range("203.0.113.0/24", DOCUMENTATION, "RFC 5737"),
        range("224.0.0.0/4", MULTICAST, "RFC 5771"),
        range("240.0.0.0/4", RESERVED, "RFC 1112"),
        range("255.255.255.255/32", BROADCAST, "RFC 919"));
  }

  private static List<SpecialRange> ipv6() {
    Stream<SpecialRange> assigned =
        Stream.of(
            range("::/128", UNSPECIFIED, "RFC 4291"),
            range("::1/128", LOOPBACK, "RFC 4291"),
            range("::/96", IPV4_COMPATIBLE, "RFC 4291"),
            range("::ffff:0:0:0/96", IPV4_TRANSLATED, "RFC 2765"),
            range("64:ff9b::/96", NAT64, "RFC 6052"),
            range("64:ff9b:1::/48", LOCAL_NAT64, "RFC 8215"),
            range("100::/64", DISCARD, "RFC 6666"),
            range("100:0:0:1::/64", DUMMY, "RFC 9780"),
            range("2001::/23", IETF_PROTOCOL, "RFC 2928"),
            range("2001::/32", TEREDO, "RFC 4380"),
            range("2001:1::1/128", PORT_CONTROL_ANYCAST, "RFC 7723"),
            range("2001:1::2/128", TURN_ANYCAST, "RFC 8155"),
            range("2001:1::3/128", SERVICE_REGISTRATION_ANYCAST, "RFC 9665"),
            range("2001:2::/48", BENCHMARKING, "RFC 5180"),
            range("2001:3::/32", MULTICAST_TUNNELING, "RFC 7450"),
            range("2001:4:112::/48", AS112, "RFC 7535"),
            range("2001:10::/28", ORCHID, "RFC 4843"),
            range("2001:20::/28", ORCHID, "RFC 7343"),
            range("2001:30::/28", DRONE_REMOTE_ID, "RFC 9374"),
            range("2001:db8::/32", DOCUMENTATION, "RFC 3849"),
            range("2002::/16", SIX_TO_FOUR, "RFC 3056"),
            range("2620:4f:8000::/48", AS112, "RFC 7534"),
            range("3fff::/20", DOCUMENTATION, "RFC 9637"),
            range("5f00::/16", SEGMENT_ROUTING, "RFC 9602"),
            range("fc00::/7", UNIQUE_LOCAL, "RFC 4193"),
            range("fe80::/10", LINK_LOCAL, "RFC 4291"),
            range("fec0::/10", SITE_LOCAL, "RFC 3879"),
            range("ff00::/8", MULTICAST, "RFC 4291"));
    // Everything but 2000::/3, block by block as the IPv6 address space registry cuts it.
    Stream<SpecialRange> unassigned =
        Stream.of(
                "::/3",
                "4000::/2",
                "8000::/2",
                "c000::/3",
                "e000::/4",
                "f000::/5",
                "f800::/6",
                "fe00::/9")
            .map(block -> range(block, UNASSIGNED, "RFC 4291"));
    return Stream.concat(assigned, unassigned).toList();
  }

  private static List<SpecialRange> metadata() {
    return Stream.of(
            "169.254.169.254", // most clouds
            "169.254.170.2", // AWS, credentials of containers
            "169.254.170.23", // AWS, credentials of pods
            "169.254.0.23", // Tencent
            "169.254.42.42", // Scaleway
            "168.63.129.16", // Azure's wire server, in a public range
            "100.100.100.200", // Alibaba
            "192.0.0.192", // Oracle, first generation
            "fe80::a9fe:a9fe", // OpenStack
            "fd00:ec2::254", // AWS
            "fd00:ec2::23", // AWS, credentials of pods
            "fd00:c1::a9fe:a9fe", // Oracle
            "fd00:a9fe:a9fe::1", // Akamai
            "fd00:42::42", // Scaleway
            "fd20:ce::254") // Google
        .map(address -> range(address, METADATA, VENDORS))
        .toList();
  }

  private static SpecialRange range(String cidr, AddressKind kind, String source) {
    return new SpecialRange(Cidr.of(cidr), kind, source);
  }

  @Override
  public String toString() {
    return kind.text() + " (" + range + ", " + source + ")";
  }
}
