package dev.sallyport.mitm.origin;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;

/// Everything that a way to a root must satisfy for one host at one time: RFC 5280 section 6, the
/// names of RFC 9525, and of the Baseline Requirements what browsers insist on. At the end the
/// JDK's own validation has to agree, which also reads the policies.
///
/// Not checked: revocation, certificate transparency.
final class PathChecks {
  /// Names times constraints that are compared; honest chains need a few hundred.
  static final int MAX_COMPARISONS = 250_000;

  private static final String SERVERS = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  private final String host;
  private final Instant now;
  private final Sentences sentences;

  /// @param host canonical name or address literal
  /// @param now fractions of a second do not count: neither has a certificate
  PathChecks(String host, Instant now) {
    this.host = host;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
    this.sentences = new Sentences(host);
  }

  Sentences sentences() {
    return sentences;
  }

  /// Ends well when nothing is wrong.
  void check(Path path) throws OriginCertificateException {
    try {
      for (Presented each : path.certificates()) {
        each.checkForm();
        checkStrength(each, path);
      }
      checkTime(path);
      checkLeaf(path);
      checkAuthorities(path);
      checkNameLimits(path);
    } catch (MalformedCertificateException e) {
      throw sentences.malformed(e.why());
    }
    if (!path.isPinned()) {
      checkWithJdk(path);
    }
  }

  private void checkStrength(Presented each, Path path) throws OriginCertificateException {
    if (!Strength.isStrong(each.key())) {
      throw sentences.weakKey();
    }
    // Nobody relies on the signature under a root.
    if (!each.equals(path.root()) && !Strength.isStronglySigned(each.certificate())) {
      throw sentences.weakSignature();
    }
  }

  private void checkTime(Path path) throws OriginCertificateException {
    for (Presented each : path.certificates()) {
      Instant begin = each.certificate().getNotBefore().toInstant();
      Instant end = each.certificate().getNotAfter().toInstant();
      boolean own = each.equals(path.leaf());
      if (now.isAfter(end)) {
        throw own ? sentences.expired(end) : sentences.issuerExpired(end);
      }
      if (now.isBefore(begin)) {
        throw own ? sentences.notYet(begin) : sentences.issuerNotYet(begin);
      }
    }
  }

  private void checkLeaf(Path path)
      throws OriginCertificateException, MalformedCertificateException {
    Presented leaf = path.leaf();
    if (leaf.has(Extension.nameConstraints)) {
      throw new MalformedCertificateException("it is a server's and has name constraints");
    }
    if (!path.isPinned() && leaf.isAuthority() && mayIssue(path)) {
      throw sentences.authorityAsServer();
    }
    // The usage of an authority's key speaks of certificates.
    if (!leaf.isAuthority() && !leaf.mayShakeHands()) {
      throw sentences.wrongUsage();
    }
    Optional<Set<String>> purposes = leaf.purposes();
    if (purposes.isPresent() && !purposes.get().contains(SERVERS)) {
      throw sentences.wrongUsage();
    }
    Optional<List<SubjectName>> names = leaf.names();
    if (names.isEmpty()) {
      throw sentences.noName();
    }
    if (leaf.subject().getName().isEmpty() && !leaf.isCritical(Extension.subjectAlternativeName)) {
      throw new MalformedCertificateException(
          "it has no subject, and its names are not marked as critical");
    }
    if (!HostNames.match(host, names.get())) {
      throw sentences.wrongName();
    }
  }

  /// Whether an authority in the place of a server could sign more: not when its issuer's path
  /// length leaves no room for it.
  private static boolean mayIssue(Path path) throws MalformedCertificateException {
    return path.authorities().getFirst().pathLength().orElse(1) > 0;
  }

  private void checkAuthorities(Path path)
      throws OriginCertificateException, MalformedCertificateException {
    int below = 0;
    for (Presented authority : path.authorities()) {
      if (authority.subject().getName().isEmpty()) {
        throw new MalformedCertificateException("an issuer has no name");
      }
      if (!authority.isAuthority() || !authority.maySignCertificates()) {
        throw sentences.noAuthority();
      }
      if (authority.pathLength().orElse(Integer.MAX_VALUE) < below) {
        throw sentences.tooFarBelow();
      }
      if (!authority.isSelfIssued()) {
        below++;
      }
      Optional<Set<String>> purposes = authority.purposes();
      if (purposes.isPresent()
          && !purposes.get().contains(SERVERS)
          && !purposes.get().contains(ANY_PURPOSE)) {
        throw sentences.noAuthority();
      }
    }
  }

  private void checkNameLimits(Path path)
      throws OriginCertificateException, MalformedCertificateException {
    List<Presented> all = path.certificates();
    long comparisons = 0;
    for (int above = 1; above < all.size(); above++) {
      Optional<NameLimits> limits = all.get(above).nameLimits();
      if (limits.isEmpty()) {
        continue;
      }
      for (int i = 0; i < above; i++) {
        Presented below = all.get(i);
        // Authorities that renew their own key keep their names (RFC 5280 section 6.1.3 (b)).
        if (i > 0 && below.isSelfIssued()) {
          continue;
        }
        List<SubjectName> names = HostNames.all(below);
        comparisons += (long) names.size() * limits.get().size();
        if (comparisons > MAX_COMPARISONS) {
          throw sentences.tooComplex();
        }
        if (!names.stream().allMatch(limits.get()::permit)) {
          throw sentences.nameNotPermitted();
        }
      }
    }
  }

  private void checkWithJdk(Path path) throws OriginCertificateException {
    try {
      List<Presented> all = path.certificates();
      var certificates =
          all.subList(0, all.size() - 1).stream().map(Presented::certificate).toList();
      PKIXParameters parameters =
          new PKIXParameters(Set.of(new TrustAnchor(path.root().certificate(), null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(certificates), parameters);
    } catch (CertPathValidatorException e) {
      if (!isAboutNamesOnly(e, path)) {
        throw sentences.secondOpinion();
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      throw sentences.secondOpinion();
    }
  }

  /// The JDK holds constraints of host names against the common names of issuers that have no host
  /// name at all. Names were checked here already; with policies to be read its word stays.
  private static boolean isAboutNamesOnly(CertPathValidatorException e, Path path) {
    return e.getReason() == PKIXReason.INVALID_NAME
        && path.certificates().stream().noneMatch(each -> each.has(Extension.policyConstraints));
  }
}
