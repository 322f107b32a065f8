package dev.sallyport.proxy;

import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.proxy.metrics.ObservedState;
import dev.sallyport.rules.ExceptionTerms;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a scrape asks of this gate. Safe on any thread.
record GateFacts(GateParts parts) implements ObservedState {
  @Override
  public boolean auditAvailable() {
    return parts.journal().isAvailable();
  }

  @Override
  public List<Instant> exceptionEnds() {
    Instant now = parts.journal().now();
    return parts.decider().policy().exceptions().stream()
        .filter(terms -> terms.isInForce(now))
        .map(ExceptionTerms::expires)
        .toList();
  }

  @Override
  public Optional<Instant> certificateEnd(GateCertificate certificate) {
    return switch (certificate) {
      case ROOT -> parts.interception().root().map(root -> root.getNotAfter().toInstant());
      case INTERCEPT -> parts.interception().issuerEnd(Purpose.INTERCEPT);
      case REFUSE -> parts.interception().issuerEnd(Purpose.REFUSE);
    };
  }

  /// When each certificate of the authority ends, by its name in metrics.
  Map<String, Instant> certificateEnds() {
    Map<String, Instant> ends = new LinkedHashMap<>();
    for (GateCertificate one : GateCertificate.values()) {
      certificateEnd(one).ifPresent(end -> ends.put(one.code(), end));
    }
    return ends;
  }
}
