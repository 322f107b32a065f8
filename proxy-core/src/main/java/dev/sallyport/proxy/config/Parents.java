package dev.sallyport.proxy.config;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which parent proxy is the way to a destination, if any is. Immutable.
///
/// @param https to https destinations; empty for none
/// @param http to http destinations; empty for none
/// @param byClass what counts instead for traffic of a class; an empty value is none
/// @param noProxy what is reached without any of them
/// @param tls how the gate meets parents that speak TLS
public record Parents(
    Optional<Parent> https,
    Optional<Parent> http,
    Map<String, Optional<Parent>> byClass,
    List<NoProxy> noProxy,
    Tls tls) {
  /// Everything goes directly.
  public static final Parents NONE =
      new Parents(Optional.empty(), Optional.empty(), Map.of(), List.of(), Tls.USUAL);

  public Parents {
    byClass = Map.copyOf(byClass);
    noProxy = List.copyOf(noProxy);
  }

  /// One parent, whatever the destination.
  public Parents(Optional<Parent> every, List<NoProxy> noProxy) {
    this(every, every, Map.of(), noProxy, Tls.USUAL);
  }

  /// The same with other terms of TLS.
  public Parents with(Tls other) {
    return new Parents(https, http, byClass, noProxy, other);
  }

  /// The parent on the way to a destination; empty when there is none.
  ///
  /// @param of the class that a rule gave the traffic
  public Optional<Parent> of(Destination to, Optional<TrafficClass> of) {
    if (noProxy.stream().anyMatch(past -> past.covers(to))) {
      return Optional.empty();
    }
    Optional<Parent> usual = to.scheme() == Scheme.HTTPS ? https : http;
    return of.map(TrafficClass::name)
        .flatMap(name -> Optional.ofNullable(byClass.get(name)))
        .orElse(usual);
  }

  /// All of them.
  public Stream<Parent> all() {
    return Stream.concat(Stream.of(https, http), byClass.values().stream())
        .flatMap(Optional::stream);
  }

  /// Whether one of them is spoken to within TLS.
  public boolean anySpeaksTls() {
    return all().anyMatch(parent -> parent.scheme() == Scheme.HTTPS);
  }

  /// Whether anything is said of parents at all.
  public boolean areGiven() {
    return all().findAny().isPresent() || !byClass.isEmpty();
  }

  /// A parent proxy.
  ///
  /// @param scheme how it is spoken to: in clear, or within TLS
  /// @param authorization the value of `Proxy-Authorization`
  public record Parent(Scheme scheme, Host host, int port, Optional<String> authorization) {
    /// Where it is, without its credentials.
    public String place() {
      return host.authorityText() + ":" + port;
    }

    @Override
    public String toString() {
      return "Parent[" + scheme.text() + " " + place() + "]";
    }
  }

  /// TLS with parents.
  ///
  /// @param roots who may vouch for them; empty for those who vouch for origins
  /// @param own what the gate shows when it is asked for a certificate
  public record Tls(Optional<Settings.Roots> roots, Optional<Own> own) {
    /// What counts with origins, and no certificate.
    public static final Tls USUAL = new Tls(Optional.empty(), Optional.empty());
  }

  /// A certificate of the gate's own: PEM or DER, or one PKCS#12 file named twice.
  ///
  /// @param passphrase file whose first line opens the key
  public record Own(Path certificate, Path key, Optional<Path> passphrase) {}
}
