package dev.sallyport.proxy.metrics;

import java.util.Locale;

/// The text forms in which numbers are handed out.
public enum MetricsFormat {
  /// Prometheus' text format, which everything reads.
  TEXT("text/plain; version=0.0.4; charset=utf-8"),
  /// OpenMetrics 1.0.
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";

  private final String contentType;

  MetricsFormat(String contentType) {
    this.contentType = contentType;
  }

  /// The form for an `Accept` field: OpenMetrics for whoever names it, text for all others. Weights
  /// are not looked at, because every client that names OpenMetrics reads it.
  ///
  /// @param accept the field's value; empty when there was none
  public static MetricsFormat forAccept(String accept) {
    return accept.toLowerCase(Locale.ROOT).contains(OPEN_METRICS_TYPE) ? OPEN_METRICS : TEXT;
  }

  /// The value of `Content-Type`.
  public String contentType() {
    return contentType;
  }
}
