package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.keys.OwnKey;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What signs issuers: a root, or an authority of the organisation's below its root.
///
/// @param certificate of the key
/// @param key empty when it is kept elsewhere
/// @param above who vouches for the certificate, nearest first, without the root
/// @param anchor what clients have to trust
record Root(
    X509Certificate certificate,
    Optional<PrivateKey> key,
    List<X509Certificate> above,
    X509Certificate anchor) {
  private static final int KEY_CERT_SIGN = 5;

  Root {
    above = List.copyOf(above);
  }

  /// One that signed itself.
  static Root of(X509Certificate certificate, Optional<PrivateKey> key) {
    return new Root(certificate, key, List.of(), certificate);
  }

  /// The organisation's own.
  ///
  /// @throws AuthorityException when the certificate may not sign issuers
  static Root of(OwnKey given) throws AuthorityException {
    X509Certificate own = given.certificate();
    int pathLength = own.getBasicConstraints();
    boolean[] usage = own.getKeyUsage();
    if (pathLength < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
      throw new AuthorityException(
          "the certificate given for the authority is not one of an authority: it may not sign");
    }
    if (pathLength == 0) {
      throw new AuthorityException(
          "the certificate given for the authority may sign for servers only, and the gate needs"
              + " two issuers below it: give one with a path length of 1 or more");
    }
    List<X509Certificate> rest = given.chain().subList(1, given.chain().size());
    X509Certificate last = given.chain().getLast();
    List<X509Certificate> above =
        isSelfSigned(last) && !rest.isEmpty() ? rest.subList(0, rest.size() - 1) : rest;
    return new Root(own, Optional.of(given.key()), above, last);
  }

  /// When the first of what an issuer hangs on ends.
  Instant end() {
    return Stream.concat(Stream.of(certificate, anchor), above.stream())
        .map(each -> each.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /// What an issuer needs above it that clients do not have.
  List<X509Certificate> aboveIssuers() {
    if (certificate.equals(anchor)) {
      return isSelfSigned(certificate) ? List.of() : List.of(certificate);
    }
    return Stream.concat(Stream.of(certificate), above.stream()).toList();
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  @Override
  public String toString() {
    // Not the key.
    return certificate.getSubjectX500Principal().getName();
  }
}
