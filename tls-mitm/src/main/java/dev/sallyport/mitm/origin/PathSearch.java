package dev.sallyport.mitm.origin;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Finds ways from an origin's certificate to a root, one after the other until one passes all
/// checks: servers send certificates in any order, too many of them, and cross-signed ones.
///
/// What an origin sends decides what is tried, so the steps are counted.
final class PathSearch {
  /// Certificates on the longest way that is followed, root included.
  static final int MAX_LENGTH = 12;

  /// Signatures that are checked for one handshake.
  static final int MAX_SIGNATURES = 64;

  /// Certificates that are looked at of those that an origin sends.
  static final int MAX_SENT = 128;

  private final OriginRoots roots;
  private final List<Presented> sent;
  private final PathChecks checks;
  private final Deque<Presented> way = new ArrayDeque<>();
  private int signatures;
  private int longest;
  private OriginCertificateException failure;

  /// @param sent the certificates beside the origin's own; those that cannot be read are left out
  PathSearch(OriginRoots roots, List<Presented> sent, PathChecks checks) {
    this.roots = roots;
    this.sent = sent;
    this.checks = checks;
    this.failure = checks.sentences().unknownRoot();
  }

  /// Ends well when some way from this certificate passes all checks.
  ///
  /// @return when the first certificate of that way ends
  /// @throws OriginCertificateException what is wrong with the way that went furthest
  static Instant check(X509Certificate[] chain, OriginRoots roots, PathChecks checks)
      throws OriginCertificateException {
    Sentences sentences = checks.sentences();
    if (chain.length > MAX_SENT) {
      throw sentences.tooComplex();
    }
    Presented leaf;
    try {
      leaf = Presented.read(chain[0]);
    } catch (MalformedCertificateException e) {
      throw sentences.malformed(e.why());
    }
    List<Presented> sent =
        Arrays.stream(chain).skip(1).map(Presented::tryRead).flatMap(Optional::stream).toList();
    PathSearch search = new PathSearch(roots, sent, checks);
    if (!search.from(leaf)) {
      throw search.failure;
    }
    return search.ends();
  }

  private Instant ends() {
    Instant first = Instant.MAX;
    for (Presented each : way) {
      Instant end = each.certificate().getNotAfter().toInstant();
      first = end.isBefore(first) ? end : first;
    }
    return first;
  }

  private boolean from(Presented leaf) throws OriginCertificateException {
    way.addLast(leaf);
    if (roots.contains(leaf)) {
      return passes();
    }
    if (follow(leaf)) {
      return true;
    }
    if (longest == 0) {
      failure = checks.sentences().noRoot(leaf.isSelfIssued(), sent.size());
    }
    return false;
  }

  /// Tries every issuer of the last certificate of the way: roots first.
  private boolean follow(Presented last) throws OriginCertificateException {
    if (way.size() >= MAX_LENGTH) {
      return false;
    }
    for (Presented root : roots.named(last.issuer())) {
      if (isSigned(last, root)) {
        way.addLast(root);
        if (passes()) {
          return true;
        }
        way.removeLast();
      }
    }
    for (Presented issuer : sent) {
      if (issuer.subject().equals(last.issuer()) && !isOnTheWay(issuer) && isSigned(last, issuer)) {
        way.addLast(issuer);
        if (follow(issuer)) {
          return true;
        }
        way.removeLast();
      }
    }
    return false;
  }

  private boolean passes() {
    try {
      checks.check(new Path(List.copyOf(way)));
      return true;
    } catch (OriginCertificateException e) {
      // The first way of all is the one that the origin meant.
      if (longest == 0) {
        longest = way.size();
        failure = e;
      }
      return false;
    }
  }

  private boolean isOnTheWay(Presented issuer) {
    return way.stream()
        .anyMatch(
            other -> other.subject().equals(issuer.subject()) && other.key().equals(issuer.key()));
  }

  private boolean isSigned(Presented below, Presented above) throws OriginCertificateException {
    try {
      if (!below.mayBeSignedBy(above)) {
        return false;
      }
    } catch (MalformedCertificateException e) {
      return false;
    }
    if (++signatures > MAX_SIGNATURES) {
      throw checks.sentences().tooComplex();
    }
    return below.isSignedBy(above);
  }
}
