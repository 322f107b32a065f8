package dev.sallyport.rules;

/// Which hosts an entry or a deny rule stands for.
public sealed interface HostPattern {
  /// Exactly this name.
  record Exact(Host.Name name) implements HostPattern {}

  /// Every name below this one, at any depth, and not itself (`subdomains-of`).
  record Below(Host.Name name) implements HostPattern {}

  /// This name and every name below it (`domain`).
  record Domain(Host.Name name) implements HostPattern {}

  /// Every literal in this range (`address`).
  record Addresses(Cidr range) implements HostPattern {}

  /// Every name and every literal (`any: true`).
  record Any() implements HostPattern {}

  /// Whether one host alone is meant, so that resolving it tells a resolver nothing that the policy
  /// does not say.
  default boolean isExact() {
    return this instanceof Exact;
  }
}
