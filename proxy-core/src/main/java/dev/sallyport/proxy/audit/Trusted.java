package dev.sallyport.proxy.audit;

import java.util.List;

/// What a chain is held against besides itself.
///
/// @param keys every signature must be of one of them; none means the public key that stands beside
///   the chain
/// @param anchors the chain must hold every one of them
/// @param beginning where it must begin
public record Trusted(List<VerifyingKey> keys, List<Anchor> anchors, Beginning beginning) {
  /// Nothing from elsewhere.
  public static final Trusted NOTHING = new Trusted(List.of(), List.of(), Beginning.FIRST_EVENT);

  public Trusted {
    keys = List.copyOf(keys);
    anchors = List.copyOf(anchors);
  }

  /// Where a chain must begin.
  public enum Beginning {
    /// With event 1, behind what a signed `retired` record says was removed, or behind an anchor.
    FIRST_EVENT,
    /// Anywhere: a stretch of a chain.
    ANYWHERE
  }

  Trusted with(List<VerifyingKey> others, List<Anchor> chosen) {
    return new Trusted(others, chosen, beginning);
  }
}
