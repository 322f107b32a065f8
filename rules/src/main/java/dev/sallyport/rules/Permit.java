package dev.sallyport.rules;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// The right to connect to one destination. Only a decision makes one, and the dialler takes
/// nothing else, so that no connection exists without a decision.
public final class Permit {
  private final Destination destination;
  private final Treatment treatment;
  private final HostPattern hosts;
  private final List<Cidr> resolvesTo;
  private final TunnelRule tunnel;
  private final Duties duties;
  private final RequestRules requests;
  private final Optional<ExceptionTerms> exception;
  private final Optional<Permit> bound;

  private Permit(
      Destination destination,
      Treatment treatment,
      HostPattern hosts,
      List<Cidr> resolvesTo,
      TunnelRule tunnel,
      Duties duties,
      RequestRules requests,
      Optional<ExceptionTerms> exception,
      Optional<Permit> bound) {
    this.destination = destination;
    this.treatment = treatment;
    this.hosts = hosts;
    this.resolvesTo = resolvesTo;
    this.tunnel = tunnel;
    this.duties = duties;
    this.requests = requests;
    this.exception = exception;
    this.bound = bound;
  }

  static Permit of(Destination destination, Entry entry, Treatment treatment) {
    return new Permit(
        destination,
        treatment,
        entry.hosts(),
        entry.resolvesTo(),
        entry.tunnel(),
        entry.duties(),
        entry.requests(),
        entry.exception(),
        Optional.empty());
  }

  /// A permit for a host that no entry names, in report mode: public addresses only, TLS only.
  static Permit unlisted(Destination destination) {
    TunnelRule tunnel =
        destination.host() instanceof Host.Literal
            ? new TunnelRule(TunnelRule.Opening.TLS_NAME_OPTIONAL, false)
            : TunnelRule.STRICT;
    return new Permit(
        destination,
        Treatment.TUNNEL,
        new HostPattern.Any(),
        List.of(),
        tunnel,
        Duties.NONE,
        RequestRules.NONE,
        Optional.empty(),
        Optional.empty());
  }

  /// This permit within the bounds of another for the same destination: the stricter of both in
  /// everything.
  Permit within(Permit outer) {
    boolean intercepted =
        treatment == Treatment.INTERCEPT || outer.treatment == Treatment.INTERCEPT;
    return new Permit(
        destination,
        intercepted ? Treatment.INTERCEPT : Treatment.TUNNEL,
        hosts,
        resolvesTo,
        tunnel.within(outer.tunnel),
        duties.within(outer.duties),
        requests,
        exception.or(() -> outer.exception),
        Optional.of(outer));
  }

  /// Whether the permit extends to an address that the host resolved to, or is.
  ///
  /// @param nat64 the prefix of the network's translator, behind which the inner address is judged
  public boolean permits(InetAddress address, Optional<Cidr> nat64) {
    return AddressRule.permitted(address, resolvesTo, hosts, nat64)
        && bound.map(outer -> outer.permits(address, nat64)).orElse(true);
  }

  /// Whether an entry says into which ranges the name may lead, so that only whoever resolves it
  /// here can tell.
  public boolean namesRanges() {
    return !resolvesTo.isEmpty() || bound.map(Permit::namesRanges).orElse(false);
  }

  public Destination destination() {
    return destination;
  }

  public Treatment treatment() {
    return treatment;
  }

  /// The ranges that the name may lead into; empty means public addresses only.
  public List<Cidr> resolvesTo() {
    return resolvesTo;
  }

  /// What the entry says of hosts; an `address` entry names its inside range itself.
  public HostPattern hosts() {
    return hosts;
  }

  /// What a tunnel may begin with.
  public TunnelRule tunnel() {
    return tunnel;
  }

  /// What else the entry asks of the gate.
  public Duties duties() {
    return duties;
  }

  /// What the entry asks of requests. The head met it; what stands in bodies, as the methods and
  /// tools of MCP, is for an inspection to read.
  public RequestRules requests() {
    return requests;
  }

  /// The exception that the permit rests on, if it does.
  public Optional<ExceptionTerms> exception() {
    return exception;
  }

  /// Whether the entry names this host alone. If it does not, the name itself could carry data to a
  /// resolver, so the event must be on file before the name is resolved.
  public boolean namesOneHost() {
    return hosts.isExact() || bound.map(Permit::namesOneHost).orElse(false);
  }
}
