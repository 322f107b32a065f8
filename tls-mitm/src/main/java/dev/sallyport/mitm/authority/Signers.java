package dev.sallyport.mitm.authority;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Who signs at one moment. Immutable.
///
/// @param issuers those of today
/// @param former the ones before them: a connection that was decided under the policy before may
///   still need a leaf for a host that the issuer of today may not sign for
record Signers(Root root, Map<Purpose, Issuer> issuers, Map<Purpose, Issuer> former) {
  Signers {
    issuers = Map.copyOf(issuers);
    former = Map.copyOf(former);
  }

  /// A root and what is below it, with nothing before.
  Signers(Root root, Map<Purpose, Issuer> issuers) {
    this(root, issuers, Map.of());
  }

  /// The issuer of today, if there is one.
  Optional<Issuer> issuer(Purpose purpose) {
    return Optional.ofNullable(issuers.get(purpose));
  }

  /// Who signs for a host now; the issuer of today if it may.
  Optional<Issuer> signer(String host, Purpose purpose, Instant now) {
    return Stream.concat(
            issuer(purpose).stream(), Optional.ofNullable(former.get(purpose)).stream())
        .filter(issuer -> issuer.permitted().permits(host) && issuer.end().isAfter(now))
        .findFirst();
  }

  /// The same with another issuer; the one of today is former then.
  Signers with(Purpose purpose, Issuer issuer) {
    Map<Purpose, Issuer> next = new EnumMap<>(Purpose.class);
    next.putAll(issuers);
    next.put(purpose, issuer);
    return succeededBy(root, next);
  }

  /// Others in their place, of which some may be the same.
  Signers succeededBy(Root otherRoot, Map<Purpose, Issuer> others) {
    Map<Purpose, Issuer> before = new EnumMap<>(Purpose.class);
    before.putAll(former);
    issuers.forEach(
        (purpose, issuer) -> {
          Issuer other = others.get(purpose);
          if (other == null || !other.certificate().equals(issuer.certificate())) {
            before.put(purpose, issuer);
          }
        });
    return new Signers(otherRoot, others, before);
  }
}
