package dev.sallyport.proxy.accept;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.MalformedHostException;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The header of the PROXY protocol (HAProxy's proxy-protocol.txt, versions 1 and 2), with which a
/// balancer says whom it forwards. Read strictly: TCP over IPv4 or IPv6, or nothing that says who
/// (`UNKNOWN`, `LOCAL`, unspecified), whose connection is then the balancer's own. Pure.
public final class ProxyHeader {
  /// Octets of a version 1 line with its line end (section 2.1).
  static final int MAX_LINE = 107;

  /// Octets of a version 2 header: the addresses, and what balancers usually add to them.
  static final int MAX_BINARY = 4 * 1024;

  private static final byte[] LINE_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };

  /// Signature, version and command, family, length.
  private static final int FIXED = 16;

  private static final int COMMAND_LOCAL = 0x20;
  private static final int COMMAND_PROXY = 0x21;
  private static final int UNSPECIFIED = 0x00;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;
  private static final int IPV4 = 4;
  private static final int IPV6 = 16;
  private static final int PORT = 2;
  private static final int MAX_PORT_DIGITS = 5;
  private static final int MAX_PORT = 65_535;

  private ProxyHeader() {}

  /// What the first octets of a connection are.
  public sealed interface Reading {
    /// A header so far; its end is still to come.
    record NeedMore() implements Reading {}

    /// A whole header.
    ///
    /// @param client empty when it does not say whom the connection is from
    /// @param octets how long it is
    record Header(Optional<InetSocketAddress> client, int octets) implements Reading {}

    /// No header, or one that is not what it must be.
    ///
    /// @param why quotes nothing of it
    record Wrong(String why) implements Reading {}
  }

  private static final Reading NEED_MORE = new Reading.NeedMore();
  private static final Reading MISSING =
      new Reading.Wrong("the PROXY protocol header is missing, and this listener expects one");

  /// Reads what has come so far, from the reader index, which stays where it is.
  public static Reading read(ByteBuf octets) {
    if (begins(octets, SIGNATURE)) {
      return octets.readableBytes() < FIXED ? NEED_MORE : binary(octets);
    }
    if (begins(octets, LINE_START)) {
      return octets.readableBytes() < LINE_START.length ? NEED_MORE : line(octets);
    }
    return MISSING;
  }

  /// Whether everything that has come agrees with a beginning, and it may still be it.
  private static boolean begins(ByteBuf octets, byte[] with) {
    int known = Math.min(octets.readableBytes(), with.length);
    for (int i = 0; i < known; i++) {
      if (octets.getByte(octets.readerIndex() + i) != with[i]) {
        return false;
      }
    }
    return true;
  }

  // Version 1

  private static Reading line(ByteBuf octets) {
    int known = Math.min(octets.readableBytes(), MAX_LINE);
    int end = octets.indexOf(octets.readerIndex(), octets.readerIndex() + known, (byte) '\n');
    if (end < 0) {
      return known == MAX_LINE ? wrong("is longer than a line of it may be") : NEED_MORE;
    }
    int length = end + 1 - octets.readerIndex();
    String line = octets.toString(octets.readerIndex(), length, StandardCharsets.ISO_8859_1);
    if (!line.endsWith("\r\n")) {
      return wrong("does not end in CRLF");
    }
    String[] words = line.substring(0, length - 2).split(" ", -1);
    return switch (words[1]) {
      // Whatever stands behind it does not count (section 2.1).
      case "UNKNOWN" -> new Reading.Header(Optional.empty(), length);
      case "TCP4", "TCP6" -> words.length == 6 ? tcp(words, length) : wrong("has not six words");
      default -> wrong("names a protocol that is neither TCP4 nor TCP6 nor UNKNOWN");
    };
  }

  private static Reading tcp(String[] words, int length) {
    boolean four = words[1].equals("TCP4");
    Optional<InetAddress> source = address(words[2], four);
    Optional<InetAddress> destination = address(words[3], four);
    Optional<Integer> port = port(words[4]);
    if (source.isEmpty() || destination.isEmpty()) {
      return wrong("holds an address that is not one of its family");
    }
    if (port.isEmpty() || port(words[5]).isEmpty()) {
      return wrong("holds a port that is not one");
    }
    return new Reading.Header(Optional.of(new InetSocketAddress(source.get(), port.get())), length);
  }

  private static Optional<InetAddress> address(String text, boolean four) {
    if (four == text.contains(":")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Addresses.parse(text));
    } catch (MalformedHostException wrong) {
      return Optional.empty();
    }
  }

  private static Optional<Integer> port(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits
        || text.length() > MAX_PORT_DIGITS
        || (text.length() > 1 && text.charAt(0) == '0')) {
      return Optional.empty();
    }
    return Optional.of(Integer.parseInt(text)).filter(port -> port <= MAX_PORT);
  }

  // Version 2

  private static Reading binary(ByteBuf octets) {
    int start = octets.readerIndex();
    int command = octets.getUnsignedByte(start + SIGNATURE.length);
    int family = octets.getUnsignedByte(start + SIGNATURE.length + 1);
    int rest = octets.getUnsignedShort(start + SIGNATURE.length + 2);
    if (command != COMMAND_LOCAL && command != COMMAND_PROXY) {
      return wrong("is of a version or command that is not known");
    }
    if (FIXED + rest > MAX_BINARY) {
      return wrong("is longer than " + MAX_BINARY + " octets");
    }
    // With LOCAL the family does not count, nor what follows (section 2.2).
    boolean says = command == COMMAND_PROXY && family != UNSPECIFIED;
    if (says && family != TCP_OVER_IPV4 && family != TCP_OVER_IPV6) {
      return wrong("is not of TCP over IPv4 or IPv6");
    }
    int width = family == TCP_OVER_IPV4 ? IPV4 : IPV6;
    if (says && rest < 2 * width + 2 * PORT) {
      return wrong("is too short for its addresses");
    }
    if (octets.readableBytes() < FIXED + rest) {
      return NEED_MORE;
    }
    return new Reading.Header(
        says ? Optional.of(source(octets, start + FIXED, width)) : Optional.empty(), FIXED + rest);
  }

  private static InetSocketAddress source(ByteBuf octets, int at, int width) {
    byte[] address = new byte[width];
    octets.getBytes(at, address);
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(address), octets.getUnsignedShort(at + 2 * width));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has 4 or 16 octets", impossible);
    }
  }

  private static Reading wrong(String how) {
    return new Reading.Wrong("the PROXY protocol header " + how);
  }
}
