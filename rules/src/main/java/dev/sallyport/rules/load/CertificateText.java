package dev.sallyport.rules.load;

import dev.sallyport.rules.CertificateName;
import java.util.Optional;

/// Reads what a client's certificate has to say, in a policy and in the token file.
public final class CertificateText {
  static final String EXAMPLE = "write one, as in `certificate: {dns: build.example.org}`";

  private CertificateText() {}

  /// The value behind the key of this kind; empty when the key is absent, or when the value is a
  /// problem.
  public static Optional<CertificateName> name(Fields fields, CertificateName.Kind kind) {
    Optional<String> text = fields.text(kind.key());
    Optional<CertificateName> name = text.flatMap(written -> CertificateName.of(kind, written));
    if (text.isPresent() && name.isEmpty()) {
      fields.problem(
          kind.key(),
          Problem.quote(text.get()) + " is nothing that a certificate could be known by",
          switch (kind) {
            case SUBJECT -> "write the whole subject, as in `CN=build,O=Example`";
            case SHA256 -> "write 64 lower-case hexadecimal digits";
            case URI -> "write it as it stands in the certificate, with its scheme";
            case DNS, EMAIL -> "write it as it stands in the certificate, without `*`";
          });
    }
    return name;
  }
}
