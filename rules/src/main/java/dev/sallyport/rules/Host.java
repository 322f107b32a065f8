package dev.sallyport.rules;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// A host in canonical form: a DNS name or an address literal. It is parsed once, and policy, DNS,
/// dialler, SNI check and log all use this one object.
public sealed interface Host {
  /// Octets in a whole name without its trailing dot (RFC 1035 section 2.3.4).
  int MAX_NAME_OCTETS = 253;

  /// Octets in one label (RFC 1035 section 2.3.4).
  int MAX_LABEL_OCTETS = 63;

  /// The canonical text: lower case, no trailing dot; an IPv6 literal without brackets in the form
  /// of RFC 5952.
  String text();

  /// The text as it stands in an authority: an IPv6 literal in brackets (RFC 3986 section 3.2.2).
  default String authorityText() {
    return text();
  }

  /// Reads a host as it stands in an authority or a policy.
  ///
  /// Names are ASCII letters, digits, hyphen and underscore in labels of 1 to 63 octets, 253 in
  /// all; one trailing dot is dropped. A name whose last label is a number in any of the spellings
  /// of `inet_aton` must be a strict dotted IPv4 address (WHATWG URL, "ends in a number"), so
  /// `127.1`, `0x7f.1` and `2130706433` are no hosts. Brackets hold an IPv6 address without a zone.
  ///
  /// @throws MalformedHostException when the text is anything else; the message does not quote it
  static Host parse(String text) throws MalformedHostException {
    if (text.isEmpty()) {
      throw new MalformedHostException("the host is empty");
    }
    if (text.charAt(0) == '[') {
      if (text.length() < 2 || text.charAt(text.length() - 1) != ']') {
        throw new MalformedHostException("a bracket is not closed");
      }
      return new Literal(Addresses.parseIpv6(text.substring(1, text.length() - 1)));
    }
    return name(text);
  }

  /// A DNS name.
  final class Name implements Host {
    private final String text;
    private final List<String> labels;

    private Name(String text, List<String> labels) {
      this.text = text;
      this.labels = List.copyOf(labels);
    }

    @Override
    public String text() {
      return text;
    }

    /// The labels from left to right, at least one.
    public List<String> labels() {
      return labels;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Name name && name.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// An address literal; `address` never carries a zone or a host name.
  record Literal(InetAddress address) implements Host {
    @Override
    public String text() {
      return Addresses.text(address);
    }

    @Override
    public String authorityText() {
      return address.getAddress().length == 16 ? "[" + text() + "]" : text();
    }

    @Override
    public String toString() {
      return text();
    }
  }

  private static Host name(String text) throws MalformedHostException {
    int end = text.charAt(text.length() - 1) == '.' ? text.length() - 1 : text.length();
    if (end > MAX_NAME_OCTETS) {
      throw new MalformedHostException("the name is longer than " + MAX_NAME_OCTETS + " octets");
    }
    char[] lower = new char[end];
    List<String> labels = new ArrayList<>(4);
    int start = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        labels.add(label(lower, start, i));
        start = i + 1;
      } else if (c >= 'A' && c <= 'Z') {
        // Not String.toLowerCase: only ASCII folds, whatever the locale (the Kelvin sign must not
        // become a k).
        c = (char) (c + ('a' - 'A'));
      } else if (!isNameOctet(c)) {
        throw new MalformedHostException(
            "a character is not a letter, digit, hyphen or underscore");
      }
      lower[i] = c;
    }
    labels.add(label(lower, start, end));
    String canonical = new String(lower);
    if (Addresses.isNumber(labels.getLast())) {
      if (end != text.length()) {
        throw new MalformedHostException("an address literal has no trailing dot");
      }
      return new Literal(Addresses.parseIpv4(canonical));
    }
    return new Name(canonical, labels);
  }

  private static boolean isNameOctet(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  private static String label(char[] octets, int start, int end) throws MalformedHostException {
    if (end == start) {
      throw new MalformedHostException("a label is empty");
    }
    if (end - start > MAX_LABEL_OCTETS) {
      throw new MalformedHostException("a label is longer than " + MAX_LABEL_OCTETS + " octets");
    }
    return new String(octets, start, end - start);
  }
}
