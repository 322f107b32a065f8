package dev.sallyport.mitm.origin;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;

/// Holds the names of a certificate against a host.
final class HostNames {
  private HostNames() {}

  /// Whether one of the names is this host's. Common names are not looked at (RFC 9525 section 2).
  ///
  /// @param host canonical name or address literal
  static boolean match(String host, List<SubjectName> names) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    if (address == null) {
      return names.stream()
          .anyMatch(name -> name instanceof SubjectName.Dns dns && dns.matches(host));
    }
    return names.contains(new SubjectName.Address(SubjectName.octets(address)));
  }

  /// Everything that name constraints are held against: the alternative names and the subject.
  static List<SubjectName> all(Presented certificate) {
    List<SubjectName> names = new ArrayList<>(certificate.names().orElse(List.of()));
    if (!certificate.subject().getName().isEmpty()) {
      names.add(
          new SubjectName.Directory(X500Name.getInstance(certificate.subject().getEncoded())));
    }
    return names;
  }
}
