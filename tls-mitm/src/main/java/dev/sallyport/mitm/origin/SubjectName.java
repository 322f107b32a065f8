package dev.sallyport.mitm.origin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;

/// A name in a certificate (RFC 5280 section 4.2.1.6).
sealed interface SubjectName {
  int IPV4_OCTETS = 4;
  int IPV6_OCTETS = 16;

  /// A DNS name.
  ///
  /// @param text in lower case: a name, or `*.` and a name; nothing else is one
  record Dns(String text) implements SubjectName {
    /// Whether it stands for every name with one more label.
    boolean isWildcard() {
      return text.startsWith("*.");
    }

    /// The name without the wildcard.
    String base() {
      return isWildcard() ? text.substring(2) : text;
    }

    /// Whether it names this host: itself, or by a wildcard in place of exactly one label, and at
    /// least two more (RFC 9525 section 6.3; `*.com` is nobody's).
    boolean matches(String host) {
      if (!isWildcard()) {
        return text.equals(host);
      }
      int dot = host.indexOf('.');
      return dot > 0 && base().indexOf('.') > 0 && host.substring(dot + 1).equals(base());
    }
  }

  /// An address of 4 or 16 octets.
  record Address(List<Byte> octets) implements SubjectName {}

  /// A name out of a directory.
  record Directory(X500Name name) implements SubjectName {}

  /// A name of another kind: none that a host has.
  ///
  /// @param tag of GeneralName
  record Other(int tag) implements SubjectName {}

  /// All of an extension; it is never empty.
  static List<SubjectName> read(ASN1Sequence sequence) throws MalformedCertificateException {
    if (sequence.size() == 0) {
      throw new MalformedCertificateException("its list of names is empty");
    }
    List<SubjectName> names = new ArrayList<>(sequence.size());
    for (ASN1Encodable element : sequence) {
      names.add(read(generalName(element)));
    }
    return List.copyOf(names);
  }

  private static SubjectName read(GeneralName name) throws MalformedCertificateException {
    return switch (name.getTagNo()) {
      case GeneralName.dNSName -> new Dns(dnsName(ia5(name)));
      case GeneralName.iPAddress -> {
        byte[] octets = ASN1OctetString.getInstance(name.getName()).getOctets();
        if (octets.length != IPV4_OCTETS && octets.length != IPV6_OCTETS) {
          throw new MalformedCertificateException("an address in it has a wrong length");
        }
        yield new Address(octets(octets));
      }
      case GeneralName.directoryName -> new Directory(X500Name.getInstance(name.getName()));
      default -> new Other(name.getTagNo());
    };
  }

  /// Octets as a value with an `equals`.
  static List<Byte> octets(byte[] octets) {
    List<Byte> list = new ArrayList<>(octets.length);
    for (byte octet : octets) {
      list.add(octet);
    }
    return List.copyOf(list);
  }

  /// One GeneralName.
  static GeneralName generalName(ASN1Encodable element) throws MalformedCertificateException {
    try {
      return GeneralName.getInstance(element);
    } catch (IllegalArgumentException | ClassCastException e) {
      throw new MalformedCertificateException("a name in it cannot be read");
    }
  }

  /// The text of a name that is one.
  static String ia5(GeneralName name) {
    return ASN1IA5String.getInstance(name.getName()).getString();
  }

  private static String dnsName(String text) throws MalformedCertificateException {
    String base = text.startsWith("*.") ? text.substring(2) : text;
    if (!isDnsName(base)) {
      throw new MalformedCertificateException("a host name in it is none");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /// Whether the text is a host name in the preferred syntax (RFC 1034 section 3.5): letters,
  /// digits and hyphens in labels of up to 63 octets.
  static boolean isDnsName(String text) {
    if (text.length() > 253 || !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      if (label.isEmpty()
          || label.length() > 63
          || label.startsWith("-")
          || label.endsWith("-")
          || !label.chars().allMatch(SubjectName::isHostOctet)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHostOctet(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  }
}
