package dev.sallyport.proxy.audit;

/// The last event of a chain: what the next one builds on.
///
/// @param seq its number; 0 for a chain without events
/// @param hash its hash in hexadecimal; zeros for a chain without events
public record ChainHead(long seq, String hash) {
  /// Before the first event.
  public static final ChainHead NONE = new ChainHead(0, Seal.NO_HASH);
}
