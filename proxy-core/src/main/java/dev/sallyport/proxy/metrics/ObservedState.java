package dev.sallyport.proxy.metrics;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a scrape asks of a running gate, at that moment. Asked on the thread of the scrape; must
/// not block.
public interface ObservedState {
  /// Whether audit events are taken.
  boolean auditAvailable();

  /// When each exception ends that is in force.
  List<Instant> exceptionEnds();

  /// When a certificate of the gate ends; empty when there is none.
  Optional<Instant> certificateEnd(GateCertificate certificate);

  /// A certificate that the gate needs to be good.
  enum GateCertificate {
    /// Of the authority that clients trust.
    ROOT("root"),
    /// Of the issuer for intercepted hosts.
    INTERCEPT("intercept"),
    /// Of the issuer for refusals in band.
    REFUSE("refuse");

    private final String code;

    GateCertificate(String code) {
      this.code = code;
    }

    /// The label in metrics.
    public String code() {
      return code;
    }
  }
}
