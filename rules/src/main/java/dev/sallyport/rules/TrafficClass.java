package dev.sallyport.rules;

/// A purpose for which traffic leaves, with an allowlist of its own.
///
/// @param name as the policy spells it
public record TrafficClass(String name) {
  @Override
  public String toString() {
    return name;
  }
}
