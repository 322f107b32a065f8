package dev.sallyport.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Reads and prints address literals in their strict forms; nothing here asks a resolver.
public final class Addresses {
  private static final int IPV6_GROUPS = 8;
  private static final int IPV4_OCTETS = 4;

  private Addresses() {}

  /// Reads an IPv4 or IPv6 literal without brackets or zone.
  ///
  /// @throws MalformedHostException when the text is not such a literal in strict form
  public static InetAddress parse(String text) throws MalformedHostException {
    return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
  }

  /// Reads four decimal numbers of 0 to 255 without leading zeros (RFC 6943 section 3.1.1, the
  /// strict form).
  static InetAddress parseIpv4(String text) throws MalformedHostException {
    byte[] octets = new byte[IPV4_OCTETS];
    readIpv4(text, octets, 0);
    return address(octets);
  }

  /// Reads the text forms of RFC 4291 section 2.2, without a zone. An IPv4-mapped address keeps its
  /// 16 octets' meaning: the JDK turns it into the IPv4 address that it stands for, which is what
  /// the address guard judges.
  static InetAddress parseIpv6(String text) throws MalformedHostException {
    int[] groups = new int[IPV6_GROUPS];
    int count = 0;
    int gap = -1;
    int i = 0;
    int n = text.length();
    if (text.startsWith("::")) {
      gap = 0;
      i = 2;
    } else if (n == 0 || text.charAt(0) == ':') {
      throw notIpv6();
    }
    while (i < n) {
      if (count == IPV6_GROUPS) {
        throw notIpv6();
      }
      int end = i;
      while (end < n && text.charAt(end) != ':') {
        end++;
      }
      String group = text.substring(i, end);
      if (group.indexOf('.') >= 0) {
        if (end != n || count > IPV6_GROUPS - 2) {
          throw notIpv6();
        }
        byte[] tail = new byte[IPV4_OCTETS];
        readIpv4(group, tail, 0);
        groups[count++] = ((tail[0] & 0xff) << 8) | (tail[1] & 0xff);
        groups[count++] = ((tail[2] & 0xff) << 8) | (tail[3] & 0xff);
        i = n;
        continue;
      }
      groups[count++] = group(group);
      i = end;
      if (i == n) {
        continue;
      }
      i++;
      if (i == n) {
        throw notIpv6();
      }
      if (text.charAt(i) == ':') {
        if (gap >= 0) {
          throw notIpv6();
        }
        gap = count;
        i++;
      }
    }
    if (gap < 0 ? count != IPV6_GROUPS : count >= IPV6_GROUPS) {
      throw notIpv6();
    }
    byte[] octets = new byte[2 * IPV6_GROUPS];
    int shift = IPV6_GROUPS - count;
    for (int g = 0; g < count; g++) {
      int at = gap >= 0 && g >= gap ? g + shift : g;
      octets[2 * at] = (byte) (groups[g] >> 8);
      octets[2 * at + 1] = (byte) groups[g];
    }
    return address(octets);
  }

  /// Whether a label is a number in one of the spellings that `inet_aton` takes: decimal, octal or
  /// hexadecimal.
  static boolean isNumber(String label) {
    boolean hex = label.startsWith("0x");
    for (int i = hex ? 2 : 0; i < label.length(); i++) {
      char c = label.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (!digit && !(hex && c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  /// The canonical text: dotted decimal, or RFC 5952 (lower case, longest run of zero groups
  /// compressed, no zone).
  public static String text(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == IPV4_OCTETS) {
      return (octets[0] & 0xff)
          + "."
          + (octets[1] & 0xff)
          + "."
          + (octets[2] & 0xff)
          + "."
          + (octets[3] & 0xff);
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int g = 0; g < IPV6_GROUPS; g++) {
      int run = 0;
      while (g + run < IPV6_GROUPS && groupOf(octets, g + run) == 0) {
        run++;
      }
      if (run > bestLength) {
        bestStart = g;
        bestLength = run;
      }
      g += run;
    }
    StringBuilder out = new StringBuilder(39);
    for (int g = 0; g < IPV6_GROUPS; g++) {
      if (g == bestStart) {
        out.append("::");
        g += bestLength - 1;
        continue;
      }
      if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
        out.append(':');
      }
      out.append(Integer.toHexString(groupOf(octets, g)));
    }
    return out.toString();
  }

  /// Makes an address of 4 or 16 octets.
  static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException("an address has 4 or 16 octets", impossible);
    }
  }

  private static int groupOf(byte[] octets, int group) {
    return ((octets[2 * group] & 0xff) << 8) | (octets[2 * group + 1] & 0xff);
  }

  private static int group(String text) throws MalformedHostException {
    if (text.isEmpty() || text.length() > 4) {
      throw notIpv6();
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw notIpv6();
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  private static void readIpv4(String text, byte[] into, int at) throws MalformedHostException {
    int octet = 0;
    int digits = 0;
    int value = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '.';
      if (c == '.') {
        if (digits == 0 || octet == IPV4_OCTETS) {
          throw notIpv4();
        }
        into[at + octet++] = (byte) value;
        digits = 0;
        value = 0;
        continue;
      }
      if (c < '0' || c > '9' || (digits > 0 && value == 0)) {
        throw notIpv4();
      }
      value = value * 10 + (c - '0');
      digits++;
      if (value > 255) {
        throw notIpv4();
      }
    }
    if (octet != IPV4_OCTETS) {
      throw notIpv4();
    }
  }

  private static MalformedHostException notIpv4() {
    return new MalformedHostException(
        "an address literal must be four decimal numbers of 0 to 255");
  }

  private static MalformedHostException notIpv6() {
    return new MalformedHostException("brackets must hold an IPv6 address without a zone");
  }
}
