package dev.sallyport.mitm.origin;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The sentences for people about the certificate of one host.
///
/// @param host canonical; nothing else of what comes from outside is quoted
record Sentences(String host) {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy 'at' HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  OriginCertificateException expired(Instant end) {
    return of(
        OriginProblem.EXPIRED, "the certificate of `" + host + "` ended on " + DATE.format(end));
  }

  OriginCertificateException issuerExpired(Instant end) {
    return of(
        OriginProblem.EXPIRED,
        "an issuer of the certificate of `" + host + "` ended on " + DATE.format(end));
  }

  OriginCertificateException notYet(Instant begin) {
    return of(
        OriginProblem.NOT_YET_VALID,
        "the certificate of `" + host + "` begins on " + DATE.format(begin));
  }

  OriginCertificateException issuerNotYet(Instant begin) {
    return of(
        OriginProblem.NOT_YET_VALID,
        "an issuer of the certificate of `" + host + "` begins on " + DATE.format(begin));
  }

  OriginCertificateException wrongName() {
    return of(
        OriginProblem.WRONG_NAME, "the certificate that `" + host + "` shows is for other hosts");
  }

  OriginCertificateException noName() {
    return of(
        OriginProblem.NO_NAME,
        "the certificate of `"
            + host
            + "` has no subject alternative name, and a common name alone does not count");
  }

  OriginCertificateException unknownRoot() {
    return of(
        OriginProblem.UNKNOWN_ROOT,
        "no root that the gate trusts has signed the certificate of `" + host + "`");
  }

  /// No way to a root at all.
  ///
  /// @param selfSigned whether the certificate says that it is its own issuer
  /// @param others how many certificates came with it
  OriginCertificateException noRoot(boolean selfSigned, int others) {
    if (selfSigned) {
      return of(
          OriginProblem.SELF_SIGNED,
          "`" + host + "` has signed its certificate itself, and the gate does not trust it");
    }
    if (others == 0) {
      return of(
          OriginProblem.INCOMPLETE_CHAIN,
          "no root that the gate trusts has signed the certificate of `"
              + host
              + "` directly, and the certificate of its issuer is not sent along");
    }
    return unknownRoot();
  }

  OriginCertificateException wrongUsage() {
    return of(
        OriginProblem.WRONG_USAGE, "the certificate of `" + host + "` is not one for servers");
  }

  OriginCertificateException authorityAsServer() {
    return of(
        OriginProblem.WRONG_USAGE,
        "the certificate of `" + host + "` is that of an authority, not of a server");
  }

  OriginCertificateException noAuthority() {
    return of(
        OriginProblem.ISSUER_NOT_PERMITTED,
        "the certificate of `" + host + "` is signed by somebody who may not sign for servers");
  }

  OriginCertificateException tooFarBelow() {
    return of(
        OriginProblem.ISSUER_NOT_PERMITTED,
        "between the certificate of `" + host + "` and its root are more issuers than it permits");
  }

  OriginCertificateException nameNotPermitted() {
    return of(
        OriginProblem.ISSUER_NOT_PERMITTED,
        "an issuer of the certificate of `" + host + "` may not sign for the names in it");
  }

  OriginCertificateException weakKey() {
    return of(
        OriginProblem.WEAK_KEY,
        "the certificate of `"
            + host
            + "` or of an issuer has a key that can be broken: RSA of 2048 bits or P-256 is the"
            + " least");
  }

  OriginCertificateException weakSignature() {
    return of(
        OriginProblem.WEAK_SIGNATURE,
        "the certificate of `"
            + host
            + "` or of an issuer is signed in a way that can be forged: SHA-256 is the least");
  }

  OriginCertificateException malformed(String why) {
    return of(
        OriginProblem.MALFORMED,
        "the certificate of `" + host + "` or of an issuer is not as it should be: " + why);
  }

  OriginCertificateException tooComplex() {
    return of(
        OriginProblem.TOO_COMPLEX,
        "`" + host + "` sends more certificates or names than the gate looks at");
  }

  OriginCertificateException secondOpinion() {
    return of(
        OriginProblem.ISSUER_NOT_PERMITTED,
        "the chain of the certificate of `" + host + "` does not hold by the rules of RFC 5280");
  }

  private static OriginCertificateException of(OriginProblem problem, String sentence) {
    return new OriginCertificateException(problem, sentence);
  }
}
