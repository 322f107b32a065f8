package dev.sallyport.proxy.names;

import java.util.Locale;

/// What became of a query, as it is counted.
public enum DnsOutcome {
  /// It was told the address.
  ANSWERED,
  /// There is nothing of the type that it asked for.
  EMPTY,
  /// It is no question that is taken here.
  MALFORMED,
  /// Too many came, or the client does not read what it is told.
  DROPPED;

  /// The word in metrics.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
