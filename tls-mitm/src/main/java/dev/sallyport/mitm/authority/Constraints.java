package dev.sallyport.mitm.authority;

import io.netty.util.NetUtil;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/// Reads back what [Certificates] wrote into an issuer.
final class Constraints {
  private Constraints() {}

  /// What the issuer may sign for.
  static Permitted of(X509Certificate issuer) throws AuthorityException {
    byte[] extension = issuer.getExtensionValue(Extension.nameConstraints.getId());
    if (extension == null) {
      return new Permitted.Anything();
    }
    TreeSet<String> domains = new TreeSet<>();
    TreeSet<String> addresses = new TreeSet<>();
    try {
      NameConstraints constraints =
          NameConstraints.getInstance(ASN1OctetString.getInstance(extension).getOctets());
      for (GeneralSubtree each : constraints.getPermittedSubtrees()) {
        GeneralName base = each.getBase();
        if (base.getTagNo() == GeneralName.dNSName) {
          domains.add(ASN1IA5String.getInstance(base.getName()).getString());
        } else if (base.getTagNo() == GeneralName.iPAddress) {
          addresses.add(address(ASN1OctetString.getInstance(base.getName()).getOctets()));
        }
      }
    } catch (RuntimeException e) {
      throw new AuthorityException(
          "the name constraints of the issuer cannot be read: put back the file that the gate"
              + " wrote");
    }
    domains.remove(Certificates.NO_NAME);
    return new Permitted.Only(domains, addresses);
  }

  private static String address(byte[] octets) {
    int length = octets.length / 2;
    return NetUtil.bytesToIpAddress(Arrays.copyOf(octets, length));
  }
}
