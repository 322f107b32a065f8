package dev.sallyport.rules.check;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Addresses of one family, from the first to the last of them.
public record AddressSpan(InetAddress first, InetAddress last) {
  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_OCTETS = 16;

  /// IPv4-mapped addresses (RFC 4291 section 2.5.5.2) are no IPv6 literals: they are read as the
  /// IPv4 address that they stand for.
  private static final BigInteger MAPPED = BigInteger.valueOf(0xffffL).shiftLeft(32);

  private static final BigInteger MAPPED_END = BigInteger.ONE.shiftLeft(48);

  /// The spans that the ranges cut both families into: within one span no range begins or ends.
  static List<AddressSpan> of(Collection<Cidr> ranges) {
    List<AddressSpan> spans = new ArrayList<>();
    cut(IPV4_OCTETS, ranges, spans);
    cut(IPV6_OCTETS, ranges, spans);
    return spans;
  }

  private static void cut(int octets, Collection<Cidr> ranges, List<AddressSpan> into) {
    BigInteger end = BigInteger.ONE.shiftLeft(octets * Byte.SIZE);
    NavigableSet<BigInteger> starts = new TreeSet<>();
    starts.add(BigInteger.ZERO);
    for (Cidr range : ranges) {
      byte[] network = range.network().getAddress();
      if (network.length == octets) {
        BigInteger first = new BigInteger(1, network);
        starts.add(first);
        starts.add(first.add(BigInteger.ONE.shiftLeft(octets * Byte.SIZE - range.prefix())));
      }
    }
    if (octets == IPV6_OCTETS) {
      starts.add(MAPPED);
      starts.add(MAPPED_END);
    }
    starts.remove(end);
    for (BigInteger start : starts) {
      BigInteger next = starts.higher(start);
      boolean mapped = octets == IPV6_OCTETS && start.equals(MAPPED);
      if (!mapped) {
        BigInteger last = (next == null ? end : next).subtract(BigInteger.ONE);
        into.add(new AddressSpan(address(start, octets), address(last, octets)));
      }
    }
  }

  /// Whether the address lies in the span.
  boolean contains(InetAddress address) {
    int octets = address.getAddress().length;
    return octets == first.getAddress().length
        && number(first).compareTo(number(address)) <= 0
        && number(address).compareTo(number(last)) <= 0;
  }

  /// Whether the other span begins where this one ends.
  boolean isBefore(AddressSpan other) {
    return other.first.getAddress().length == last.getAddress().length
        && number(last).add(BigInteger.ONE).equals(number(other.first));
  }

  /// This span and the one behind it as one.
  AddressSpan with(AddressSpan behind) {
    return new AddressSpan(first, behind.last);
  }

  /// `10.0.0.0/8` where that says it, else `10.0.0.0 to 10.0.0.9`.
  String text() {
    BigInteger size = number(last).subtract(number(first)).add(BigInteger.ONE);
    int bits = size.bitLength() - 1;
    boolean block =
        size.bitCount() == 1 && number(first).mod(BigInteger.ONE.shiftLeft(bits)).signum() == 0;
    if (!block) {
      return Addresses.text(first) + " to " + Addresses.text(last);
    }
    int prefix = first.getAddress().length * Byte.SIZE - bits;
    return bits == 0 ? Addresses.text(first) : Addresses.text(first) + "/" + prefix;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private static InetAddress address(BigInteger number, int octets) {
    byte[] from = number.toByteArray();
    byte[] to = new byte[octets];
    int length = Math.min(from.length, octets);
    System.arraycopy(from, from.length - length, to, octets - length, length);
    try {
      return InetAddress.getByAddress(to);
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException("an address has 4 or 16 octets", impossible);
    }
  }
}
