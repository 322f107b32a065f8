package dev.sallyport.rules;

import java.util.List;

/// The right to connect to one destination. Only a decision makes one, and the dialler takes
/// nothing else, so that no connection exists without a decision.
public final class Permit {
  private final Destination destination;
  private final Entry entry;
  private final Treatment treatment;

  Permit(Destination destination, Entry entry, Treatment treatment) {
    this.destination = destination;
    this.entry = entry;
    this.treatment = treatment;
  }

  public Destination destination() {
    return destination;
  }

  public Treatment treatment() {
    return treatment;
  }

  /// The ranges that the name may lead into; empty means public addresses only.
  public List<Cidr> resolvesTo() {
    return entry.resolvesTo();
  }

  /// What the entry says of hosts; an `address` entry names its inside range itself.
  public HostPattern hosts() {
    return entry.hosts();
  }

  /// What a tunnel may begin with.
  public TunnelRule tunnel() {
    return entry.tunnel();
  }

  /// Whether the entry names this host alone. If it does not, the name itself could carry data to a
  /// resolver, so the event must be on file before the name is resolved.
  public boolean namesOneHost() {
    return entry.hosts().isExact();
  }
}
