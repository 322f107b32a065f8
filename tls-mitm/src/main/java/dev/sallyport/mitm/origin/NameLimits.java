package dev.sallyport.mitm.origin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;

/// The name constraints of an authority (RFC 5280 section 4.2.1.10).
///
/// @param permitted of each kind of name that occurs here, one has to match
/// @param excluded none may match
record NameLimits(List<Subtree> permitted, List<Subtree> excluded) {
  private static final int PERMITTED = 0;
  private static final int EXCLUDED = 1;

  /// A part of all names.
  sealed interface Subtree {}

  /// A domain and everything below it; an empty text is every name.
  record Domain(String base) implements Subtree {}

  /// A network.
  record Network(List<Byte> address, List<Byte> mask) implements Subtree {}

  /// Everything in a directory that begins so.
  record Branch(X500Name name) implements Subtree {}

  /// Names of a kind that is not looked into: whatever is of this kind is taken to be outside of
  /// what is permitted and inside of what is excluded.
  record Unread(int tag) implements Subtree {}

  /// How many subtrees there are.
  int size() {
    return permitted.size() + excluded.size();
  }

  /// Reads the extension.
  static NameLimits read(ASN1Sequence sequence) throws MalformedCertificateException {
    List<Subtree> permitted = new ArrayList<>();
    List<Subtree> excluded = new ArrayList<>();
    int last = -1;
    for (ASN1Encodable element : sequence) {
      if (!(element.toASN1Primitive() instanceof ASN1TaggedObject tagged)
          || tagged.getTagNo() <= last) {
        throw malformed();
      }
      last = tagged.getTagNo();
      switch (last) {
        case PERMITTED -> permitted.addAll(subtrees(tagged));
        case EXCLUDED -> excluded.addAll(subtrees(tagged));
        default -> throw malformed();
      }
    }
    if (permitted.isEmpty() && excluded.isEmpty()) {
      throw malformed();
    }
    return new NameLimits(List.copyOf(permitted), List.copyOf(excluded));
  }

  /// Whether all of it permits this name.
  boolean permit(SubjectName name) {
    boolean limited = false;
    boolean inside = false;
    for (Subtree subtree : permitted) {
      if (isSameKind(subtree, name)) {
        limited = true;
        inside |= contains(subtree, name);
      }
    }
    if (limited && !inside) {
      return false;
    }
    return excluded.stream()
        .noneMatch(subtree -> isSameKind(subtree, name) && touches(subtree, name));
  }

  private static boolean isSameKind(Subtree subtree, SubjectName name) {
    return switch (name) {
      case SubjectName.Dns _ -> subtree instanceof Domain;
      case SubjectName.Address _ -> subtree instanceof Network;
      case SubjectName.Directory _ -> subtree instanceof Branch;
      case SubjectName.Other other ->
          subtree instanceof Unread unread && unread.tag() == other.tag();
    };
  }

  /// Whether everything that the name stands for is in there.
  private static boolean contains(Subtree subtree, SubjectName name) {
    return switch (subtree) {
      case Domain domain -> name instanceof SubjectName.Dns dns && below(dns.base(), domain.base());
      case Network network ->
          name instanceof SubjectName.Address address && matches(network, address.octets());
      case Branch branch ->
          name instanceof SubjectName.Directory directory
              && beginsWith(directory.name(), branch.name());
      case Unread _ -> false;
    };
  }

  /// Whether anything that the name stands for may be in there: a wildcard also stands for a name
  /// right below its base (CVE-2025-61727).
  private static boolean touches(Subtree subtree, SubjectName name) {
    if (subtree instanceof Unread) {
      return true;
    }
    if (contains(subtree, name)) {
      return true;
    }
    return subtree instanceof Domain domain
        && name instanceof SubjectName.Dns dns
        && dns.isWildcard()
        && below(domain.base(), dns.base());
  }

  private static boolean below(String name, String base) {
    return base.isEmpty() || name.equals(base) || name.endsWith("." + base);
  }

  private static boolean matches(Network network, List<Byte> address) {
    if (address.size() != network.address().size()) {
      return false;
    }
    for (int i = 0; i < address.size(); i++) {
      if (((address.get(i) ^ network.address().get(i)) & network.mask().get(i)) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean beginsWith(X500Name name, X500Name base) {
    RDN[] whole = name.getRDNs();
    RDN[] start = base.getRDNs();
    if (start.length > whole.length) {
      return false;
    }
    RDN[] head = java.util.Arrays.copyOf(whole, start.length);
    return new X500Name(head).equals(base);
  }

  private static List<Subtree> subtrees(ASN1TaggedObject tagged)
      throws MalformedCertificateException {
    List<Subtree> subtrees = new ArrayList<>();
    ASN1Sequence sequence;
    try {
      sequence = ASN1Sequence.getInstance(tagged, false);
    } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
      throw malformed();
    }
    for (ASN1Encodable element : sequence) {
      // Only a base: minimum is never written since it is 0, maximum is forbidden.
      if (!(element.toASN1Primitive() instanceof ASN1Sequence subtree) || subtree.size() != 1) {
        throw malformed();
      }
      subtrees.add(subtree(SubjectName.generalName(subtree.getObjectAt(0))));
    }
    return subtrees;
  }

  private static Subtree subtree(GeneralName base) throws MalformedCertificateException {
    return switch (base.getTagNo()) {
      case GeneralName.dNSName -> domain(SubjectName.ia5(base));
      case GeneralName.iPAddress ->
          network(ASN1OctetString.getInstance(base.getName()).getOctets());
      case GeneralName.directoryName -> new Branch(X500Name.getInstance(base.getName()));
      default -> new Unread(base.getTagNo());
    };
  }

  private static Subtree domain(String text) throws MalformedCertificateException {
    if (!text.isEmpty() && !SubjectName.isDnsName(text)) {
      throw malformed();
    }
    return new Domain(text.toLowerCase(Locale.ROOT));
  }

  private static Subtree network(byte[] octets) throws MalformedCertificateException {
    if (octets.length != 2 * SubjectName.IPV4_OCTETS
        && octets.length != 2 * SubjectName.IPV6_OCTETS) {
      throw malformed();
    }
    int half = octets.length / 2;
    List<Byte> all = SubjectName.octets(octets);
    List<Byte> mask = all.subList(half, octets.length);
    if (!isPrefix(mask)) {
      throw malformed();
    }
    return new Network(all.subList(0, half), mask);
  }

  private static boolean isPrefix(List<Byte> mask) {
    boolean ended = false;
    for (byte octet : mask) {
      for (int bit = Byte.SIZE - 1; bit >= 0; bit--) {
        boolean set = (octet >> bit & 1) == 1;
        if (set && ended) {
          return false;
        }
        ended |= !set;
      }
    }
    return true;
  }

  private static MalformedCertificateException malformed() {
    return new MalformedCertificateException("its name constraints cannot be read");
  }
}
