package dev.sallyport.rules;

import java.net.InetAddress;
import java.util.Arrays;

/// A range of addresses of one family. IPv4 and IPv6 ranges never contain one another's addresses.
///
/// @param network the first address of the range
/// @param prefix how many leading bits count, 0 to 32 or 128
public record Cidr(InetAddress network, int prefix) {
  public Cidr {
    int bits = network.getAddress().length * 8;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("a prefix is 0 to " + bits);
    }
    if (!Arrays.equals(masked(network.getAddress(), prefix), network.getAddress())) {
      throw new IllegalArgumentException("a network has no bits beyond its prefix");
    }
  }

  /// Reads `10.0.0.0/8`, `2001:db8::/32` or one address, without brackets or zone.
  ///
  /// @throws MalformedHostException when the text is anything else, or has bits set beyond the
  ///   prefix
  public static Cidr parse(String text) throws MalformedHostException {
    int slash = text.indexOf('/');
    InetAddress address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * 8;
    int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits);
    if (!Arrays.equals(masked(address.getAddress(), prefix), address.getAddress())) {
      throw new MalformedHostException("the address has bits set beyond its prefix of " + prefix);
    }
    return new Cidr(address, prefix);
  }

  /// A range known to be right, for tables in code.
  public static Cidr of(String text) {
    try {
      return parse(text);
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(text, wrong);
    }
  }

  /// Whether the address lies in this range.
  public boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    byte[] base = network.getAddress();
    return octets.length == base.length && sameLeadingBits(octets, base, prefix);
  }

  /// Whether every address of the other range lies in this one.
  public boolean contains(Cidr other) {
    return other.prefix >= prefix && contains(other.network);
  }

  /// The first `prefix` bits of the octets, the rest zero.
  static byte[] masked(byte[] octets, int prefix) {
    byte[] out = octets.clone();
    for (int i = 0; i < out.length; i++) {
      int keep = Math.clamp(prefix - 8L * i, 0, 8);
      out[i] &= (byte) (0xff << (8 - keep));
    }
    return out;
  }

  private static boolean sameLeadingBits(byte[] a, byte[] b, int bits) {
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (a[i] != b[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0 || ((a[whole] ^ b[whole]) & 0xff) >> (8 - rest) == 0;
  }

  private static int prefix(String text, int bits) throws MalformedHostException {
    boolean digits =
        !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int value = digits ? Integer.parseInt(text) : -1;
    if (value < 0 || value > bits || (text.length() > 1 && text.charAt(0) == '0')) {
      throw new MalformedHostException("a prefix is a number of 0 to " + bits);
    }
    return value;
  }

  @Override
  public String toString() {
    return Addresses.text(network) + "/" + prefix;
  }
}
