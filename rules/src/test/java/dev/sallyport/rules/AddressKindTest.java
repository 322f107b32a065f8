package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressKindTest {
  /// First and last address of each range, and what lies on the other side of both ends.
  @ParameterizedTest
  @CsvSource({
    // kind, first, last, before, kind before, after, kind after
    "UNSPECIFIED, 0.0.0.0, 0.0.0.0, 255.255.255.255, BROADCAST, 0.0.0.1, THIS_NETWORK",
    "THIS_NETWORK, 0.0.0.1, 0.255.255.255, 0.0.0.0, UNSPECIFIED, 1.0.0.0, PUBLIC",
    "PRIVATE, 10.0.0.0, 10.255.255.255, 9.255.255.255, PUBLIC, 11.0.0.0, PUBLIC",
    "SHARED, 100.64.0.0, 100.127.255.255, 100.63.255.255, PUBLIC, 100.128.0.0, PUBLIC",
    "METADATA, 100.100.100.200, 100.100.100.200, 100.100.100.199, SHARED, 100.100.100.201, SHARED",
    "LOOPBACK, 127.0.0.0, 127.255.255.255, 126.255.255.255, PUBLIC, 128.0.0.0, PUBLIC",
    "METADATA, 168.63.129.16, 168.63.129.16, 168.63.129.15, PUBLIC, 168.63.129.17, PUBLIC",
    "LINK_LOCAL, 169.254.0.0, 169.254.255.255, 169.253.255.255, PUBLIC, 169.255.0.0, PUBLIC",
    "METADATA, 169.254.169.254, 169.254.169.254, 169.254.169.253, LINK_LOCAL, 169.254.169.255,"
        + " LINK_LOCAL",
    "METADATA, 169.254.170.2, 169.254.170.2, 169.254.170.1, LINK_LOCAL, 169.254.170.3, LINK_LOCAL",
    "METADATA, 169.254.170.23, 169.254.170.23, 169.254.170.22, LINK_LOCAL, 169.254.170.24,"
        + " LINK_LOCAL",
    "METADATA, 169.254.0.23, 169.254.0.23, 169.254.0.22, LINK_LOCAL, 169.254.0.24, LINK_LOCAL",
    "METADATA, 169.254.42.42, 169.254.42.42, 169.254.42.41, LINK_LOCAL, 169.254.42.43, LINK_LOCAL",
    "PRIVATE, 172.16.0.0, 172.31.255.255, 172.15.255.255, PUBLIC, 172.32.0.0, PUBLIC",
    "SERVICE_CONTINUITY, 192.0.0.0, 192.0.0.7, 191.255.255.255, PUBLIC, 192.0.0.8, DUMMY",
    "DUMMY, 192.0.0.8, 192.0.0.8, 192.0.0.7, SERVICE_CONTINUITY, 192.0.0.9, PORT_CONTROL_ANYCAST",
    "TURN_ANYCAST, 192.0.0.10, 192.0.0.10, 192.0.0.9, PORT_CONTROL_ANYCAST, 192.0.0.11,"
        + " IETF_PROTOCOL",
    "NAT64_DISCOVERY, 192.0.0.170, 192.0.0.171, 192.0.0.169, IETF_PROTOCOL, 192.0.0.172,"
        + " IETF_PROTOCOL",
    "METADATA, 192.0.0.192, 192.0.0.192, 192.0.0.191, IETF_PROTOCOL, 192.0.0.193, IETF_PROTOCOL",
    "IETF_PROTOCOL, 192.0.0.193, 192.0.0.255, 192.0.0.192, METADATA, 192.0.1.0, PUBLIC",
    "DOCUMENTATION, 192.0.2.0, 192.0.2.255, 192.0.1.255, PUBLIC, 192.0.3.0, PUBLIC",
    "AS112, 192.31.196.0, 192.31.196.255, 192.31.195.255, PUBLIC, 192.31.197.0, PUBLIC",
    "MULTICAST_TUNNELING, 192.52.193.0, 192.52.193.255, 192.52.192.255, PUBLIC, 192.52.194.0,"
        + " PUBLIC",
    "SIX_TO_FOUR_RELAY, 192.88.99.0, 192.88.99.255, 192.88.98.255, PUBLIC, 192.88.100.0, PUBLIC",
    "SIX_A_44, 192.88.99.2, 192.88.99.2, 192.88.99.1, SIX_TO_FOUR_RELAY, 192.88.99.3,"
        + " SIX_TO_FOUR_RELAY",
    "PRIVATE, 192.168.0.0, 192.168.255.255, 192.167.255.255, PUBLIC, 192.169.0.0, PUBLIC",
    "AS112, 192.175.48.0, 192.175.48.255, 192.175.47.255, PUBLIC, 192.175.49.0, PUBLIC",
    "BENCHMARKING, 198.18.0.0, 198.19.255.255, 198.17.255.255, PUBLIC, 198.20.0.0, PUBLIC",
    "DOCUMENTATION, 198.51.100.0, 198.51.100.255, 198.51.99.255, PUBLIC, 198.51.101.0, PUBLIC",
    "DOCUMENTATION, 203.0.113.0, 203.0.113.255, 203.0.112.255, PUBLIC, 203.0.114.0, PUBLIC",
    "MULTICAST, 224.0.0.0, 239.255.255.255, 223.255.255.255, PUBLIC, 240.0.0.0, RESERVED",
    "RESERVED, 240.0.0.0, 255.255.255.254, 239.255.255.255, MULTICAST, 255.255.255.255, BROADCAST",
    "UNSPECIFIED, ::, ::, ffff::, MULTICAST, ::1, LOOPBACK",
    "LOOPBACK, ::1, ::1, ::, UNSPECIFIED, ::2, IPV4_COMPATIBLE",
    "IPV4_COMPATIBLE, ::2, ::ffff:ffff, ::1, LOOPBACK, ::1:0:0, UNASSIGNED",
    "IPV4_TRANSLATED, ::ffff:0:0:0, ::ffff:0:ffff:ffff, ::fffe:ffff:ffff:ffff, UNASSIGNED,"
        + " ::ffff:1:0:0, UNASSIGNED",
    "NAT64, 64:ff9b::, 64:ff9b::ffff:ffff, 64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff, UNASSIGNED,"
        + " 64:ff9b::1:0:0, UNASSIGNED",
    "LOCAL_NAT64, 64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff,"
        + " 64:ff9b:0:ffff:ffff:ffff:ffff:ffff, UNASSIGNED, 64:ff9b:2::, UNASSIGNED",
    "DISCARD, 100::, 100::ffff:ffff:ffff:ffff, ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, UNASSIGNED,"
        + " 100:0:0:1::, DUMMY",
    "DUMMY, 100:0:0:1::, 100:0:0:1:ffff:ffff:ffff:ffff, 100::ffff:ffff:ffff:ffff, DISCARD,"
        + " 100:0:0:2::, UNASSIGNED",
    "TEREDO, 2001::, 2001:0:ffff:ffff:ffff:ffff:ffff:ffff, 2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " PUBLIC, 2001:1::, IETF_PROTOCOL",
    "PORT_CONTROL_ANYCAST, 2001:1::1, 2001:1::1, 2001:1::, IETF_PROTOCOL, 2001:1::2, TURN_ANYCAST",
    "SERVICE_REGISTRATION_ANYCAST, 2001:1::3, 2001:1::3, 2001:1::2, TURN_ANYCAST, 2001:1::4,"
        + " IETF_PROTOCOL",
    "BENCHMARKING, 2001:2::, 2001:2:0:ffff:ffff:ffff:ffff:ffff,"
        + " 2001:1:ffff:ffff:ffff:ffff:ffff:ffff, IETF_PROTOCOL, 2001:2:1::, IETF_PROTOCOL",
    "MULTICAST_TUNNELING, 2001:3::, 2001:3:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 2001:2:ffff:ffff:ffff:ffff:ffff:ffff, IETF_PROTOCOL, 2001:4::, IETF_PROTOCOL",
    "AS112, 2001:4:112::, 2001:4:112:ffff:ffff:ffff:ffff:ffff, 2001:4:111:ffff:ffff:ffff:ffff:ffff,"
        + " IETF_PROTOCOL, 2001:4:113::, IETF_PROTOCOL",
    "ORCHID, 2001:10::, 2001:1f:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 2001:f:ffff:ffff:ffff:ffff:ffff:ffff, IETF_PROTOCOL, 2001:30::, DRONE_REMOTE_ID",
    "ORCHID, 2001:20::, 2001:2f:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 2001:f:ffff:ffff:ffff:ffff:ffff:ffff, IETF_PROTOCOL, 2001:30::, DRONE_REMOTE_ID",
    "DRONE_REMOTE_ID, 2001:30::, 2001:3f:ffff:ffff:ffff:ffff:ffff:ffff, 2001:2f::, ORCHID,"
        + " 2001:40::, IETF_PROTOCOL",
    "IETF_PROTOCOL, 2001:40::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff, 2001:3f::, DRONE_REMOTE_ID,"
        + " 2001:200::, PUBLIC",
    "DOCUMENTATION, 2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff, PUBLIC, 2001:db9::, PUBLIC",
    "SIX_TO_FOUR, 2002::, 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PUBLIC, 2003::, PUBLIC",
    "AS112, 2620:4f:8000::, 2620:4f:8000:ffff:ffff:ffff:ffff:ffff,"
        + " 2620:4f:7fff:ffff:ffff:ffff:ffff:ffff, PUBLIC, 2620:4f:8001::, PUBLIC",
    "DOCUMENTATION, 3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PUBLIC, 3fff:1000::, PUBLIC",
    "PUBLIC, 2000::, 2000:ffff::, 1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, UNASSIGNED, 2001::,"
        + " TEREDO",
    "PUBLIC, 3fff:1000::, 3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 3fff:fff::, DOCUMENTATION,"
        + " 4000::, UNASSIGNED",
    "SEGMENT_ROUTING, 5f00::, 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, UNASSIGNED, 5f01::, UNASSIGNED",
    "UNASSIGNED, 8000::, fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 5f01::, UNASSIGNED, fc00::,"
        + " UNIQUE_LOCAL",
    "UNIQUE_LOCAL, fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fbff::, UNASSIGNED, fe00::,"
        + " UNASSIGNED",
    "LINK_LOCAL, fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff, UNASSIGNED, fec0::, SITE_LOCAL",
    "SITE_LOCAL, fec0::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, LINK_LOCAL, ff00::, MULTICAST",
    "MULTICAST, ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, SITE_LOCAL, ::, UNSPECIFIED",
    "METADATA, fe80::a9fe:a9fe, fe80::a9fe:a9fe, fe80::a9fe:a9fd, LINK_LOCAL, fe80::a9fe:a9ff,"
        + " LINK_LOCAL",
    "METADATA, fd00:ec2::254, fd00:ec2::254, fd00:ec2::253, UNIQUE_LOCAL, fd00:ec2::255,"
        + " UNIQUE_LOCAL",
    "METADATA, fd00:ec2::23, fd00:ec2::23, fd00:ec2::22, UNIQUE_LOCAL, fd00:ec2::24, UNIQUE_LOCAL",
    "METADATA, fd00:c1::a9fe:a9fe, fd00:c1::a9fe:a9fe, fd00:c1::a9fe:a9fd, UNIQUE_LOCAL,"
        + " fd00:c1::a9fe:a9ff, UNIQUE_LOCAL",
    "METADATA, fd00:a9fe:a9fe::1, fd00:a9fe:a9fe::1, fd00:a9fe:a9fe::, UNIQUE_LOCAL,"
        + " fd00:a9fe:a9fe::2, UNIQUE_LOCAL",
    "METADATA, fd00:42::42, fd00:42::42, fd00:42::41, UNIQUE_LOCAL, fd00:42::43, UNIQUE_LOCAL",
    "METADATA, fd20:ce::254, fd20:ce::254, fd20:ce::253, UNIQUE_LOCAL, fd20:ce::255, UNIQUE_LOCAL",
  })
  void bothSidesOfEveryBoundary(
      AddressKind kind,
      String first,
      String last,
      String before,
      AddressKind kindBefore,
      String after,
      AddressKind kindAfter) {
    assertEquals(kind, kindOf(first));
    assertEquals(kind, kindOf(last));
    assertEquals(kindBefore, kindOf(before));
    assertEquals(kindAfter, kindOf(after));
  }

  static List<SpecialRange> table() {
    return SpecialRange.all();
  }

  /// Independent of the table above: one step outside of a range is never that range.
  @ParameterizedTest
  @MethodSource("table")
  void theEndsOfEachRangeBelongToItOrToANarrowerOne(SpecialRange special) {
    Cidr range = special.range();
    for (InetAddress end : List.of(range.network(), last(range))) {
      SpecialRange found = SpecialRange.of(end).orElseThrow();
      assertTrue(range.contains(found.range()), end + " is in " + found);
    }
    neighbour(range.network(), -1)
        .ifPresent(out -> assertFalse(SpecialRange.of(out).filter(special::equals).isPresent()));
    neighbour(last(range), 1)
        .ifPresent(out -> assertFalse(SpecialRange.of(out).filter(special::equals).isPresent()));
  }

  @Test
  void everyKindIsInTheTableOrMadeInCode() {
    Set<AddressKind> seen = EnumSet.of(AddressKind.PUBLIC, AddressKind.ISATAP);
    Set<Cidr> ranges = new HashSet<>();
    for (SpecialRange special : SpecialRange.all()) {
      seen.add(special.kind());
      assertTrue(ranges.add(special.range()), "twice: " + special);
      assertTrue(special.source().matches("RFC [0-9]+|vendor documents"), special.source());
    }
    assertEquals(EnumSet.allOf(AddressKind.class), seen);
  }

  @Test
  void everyKindHasAWordOfItsOwnAndOnlyOneIsPublic() {
    Set<String> words = new HashSet<>();
    for (AddressKind kind : AddressKind.values()) {
      assertFalse(kind.text().isEmpty());
      assertTrue(words.add(kind.text().toLowerCase(Locale.ROOT)));
      assertEquals(kind == AddressKind.PUBLIC, kind.isPublic());
    }
  }

  /// The whole of IPv6 outside 2000::/3, walked in steps of a /16, is not public.
  @Test
  void onlyOneEighthOfIpv6IsGivenOut() {
    for (int group = 0; group <= 0xffff; group++) {
      byte[] octets = new byte[16];
      octets[0] = (byte) (group >> 8);
      octets[1] = (byte) group;
      octets[15] = 9;
      boolean globalUnicast = (group & 0xe000) == 0x2000;
      boolean special = group == 0x2001 || group == 0x2002 || group == 0x3fff;
      InetAddress address = Addresses.address(octets);
      assertEquals(
          globalUnicast && !special, AddressKind.of(address).isPublic(), address.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "128.0.0.1",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "2607:6bc0::1"
      })
  void publicAddresses(String text) {
    assertTrue(AddressKind.of(address(text)).isPublic());
    assertEquals(Optional.empty(), SpecialRange.of(address(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "2606:4700::5efe:10.0.0.1, ISATAP",
    "2606:4700::200:5efe:10.0.0.1, ISATAP",
    "2606:4700::300:5efe:127.0.0.1, ISATAP",
    "2606:4700:0:1:0:5efe:169.254.169.254, ISATAP",
    "2606:4700::5efe:8.8.8.8, PUBLIC",
    "2606:4700::200:5efe:8.8.8.8, PUBLIC",
    "2606:4700::5eff:10.0.0.1, PUBLIC",
    "2606:4700::5ffe:10.0.0.1, PUBLIC",
    "2606:4700::400:5efe:10.0.0.1, PUBLIC",
    "2606:4700::1:5efe:10.0.0.1, PUBLIC",
    "fd12::5efe:127.0.0.1, ISATAP",
    "fd12::5efe:8.8.8.8, UNIQUE_LOCAL",
    "fe80::5efe:10.0.0.1, LINK_LOCAL",
    "2002::5efe:10.0.0.1, SIX_TO_FOUR",
  })
  void isatapIdentifiersThatHoldAnAddressThatIsNotPublic(String text, AddressKind kind) {
    assertEquals(kind, kindOf(text));
  }

  @Test
  void anIsatapAddressIsARangeOfItsOwn() {
    SpecialRange found = SpecialRange.of(address("2606:4700::5efe:10.0.0.1")).orElseThrow();
    assertEquals("ISATAP (2606:4700::5efe:a00:1/128, RFC 5214)", found.toString());
  }

  @Test
  void aMappedAddressIsWhatItsIpv4AddressIs() throws UnknownHostException {
    byte[] octets = address("::1").getAddress();
    octets[10] = (byte) 0xff;
    octets[11] = (byte) 0xff;
    octets[12] = 10;
    octets[15] = 1;
    // The one way to an IPv4-mapped Inet6Address: everywhere else the JDK makes an Inet4Address of
    // it.
    InetAddress mapped = Inet6Address.getByAddress("", octets, 1);
    assertEquals(16, mapped.getAddress().length);
    assertEquals(AddressKind.PRIVATE, AddressKind.of(mapped));
    octets[11] = 0;
    assertEquals(AddressKind.UNASSIGNED, AddressKind.of(Inet6Address.getByAddress("", octets, 1)));
    octets[10] = 0;
    octets[11] = (byte) 0xff;
    assertEquals(AddressKind.UNASSIGNED, AddressKind.of(Inet6Address.getByAddress("", octets, 1)));
    octets[10] = (byte) 0xff;
    octets[9] = 1;
    assertEquals(AddressKind.UNASSIGNED, AddressKind.of(Inet6Address.getByAddress("", octets, 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.0.0.0/0 | PRIVATE SHARED",
        "10.0.0.0/8 | PRIVATE",
        "10.1.0.0/16 | PRIVATE",
        "100.100.100.200/32 | METADATA SHARED",
        "127.0.0.0/8 | LOOPBACK",
        "127.0.0.1/32 | LOOPBACK",
        "126.0.0.0/7 | ",
        "8.8.8.0/24 | ",
        "169.254.169.254/32 | METADATA LINK_LOCAL",
        "::/0 | UNIQUE_LOCAL",
        "fd00::/8 | UNIQUE_LOCAL",
        "2000::/3 | ",
      })
  void whatAListedRangeOpens(String listed, String kinds) {
    Set<AddressKind> opened = EnumSet.noneOf(AddressKind.class);
    SpecialRange.openedBy(Cidr.of(listed)).forEach(special -> opened.add(special.kind()));
    Set<AddressKind> expected = EnumSet.noneOf(AddressKind.class);
    Stream.of(kinds == null ? new String[0] : kinds.split(" "))
        .map(AddressKind::valueOf)
        .forEach(expected::add);
    assertEquals(expected, opened);
  }

  private static AddressKind kindOf(String text) {
    return AddressKind.of(address(text));
  }

  private static InetAddress address(String text) {
    return Cidr.of(text).network();
  }

  private static InetAddress last(Cidr range) {
    byte[] octets = range.network().getAddress();
    for (int bit = range.prefix(); bit < octets.length * 8; bit++) {
      octets[bit / 8] |= (byte) (0x80 >> (bit % 8));
    }
    return Addresses.address(octets);
  }

  /// The address one before or after, where the family has one.
  private static Optional<InetAddress> neighbour(InetAddress address, int step) {
    int length = address.getAddress().length;
    BigInteger number = new BigInteger(1, address.getAddress()).add(BigInteger.valueOf(step));
    if (number.signum() < 0 || number.bitLength() > length * 8) {
      return Optional.empty();
    }
    byte[] octets = new byte[length];
    byte[] digits = number.toByteArray();
    int count = Math.min(digits.length, length);
    System.arraycopy(digits, digits.length - count, octets, length - count, count);
    return Optional.of(Addresses.address(Arrays.copyOf(octets, length)));
  }
}
