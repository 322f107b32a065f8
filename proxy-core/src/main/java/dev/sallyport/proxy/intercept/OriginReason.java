package dev.sallyport.proxy.intercept;

import dev.sallyport.mitm.origin.OriginProblem;
import dev.sallyport.rules.Reason;

/// What a failed handshake with an origin is called in events and refusals.
public final class OriginReason {
  private OriginReason() {}

  /// The reason that stands for a problem.
  public static Reason of(OriginProblem problem) {
    return switch (problem) {
      case EXPIRED,
          NOT_YET_VALID,
          WRONG_NAME,
          NO_NAME,
          SELF_SIGNED,
          INCOMPLETE_CHAIN,
          UNKNOWN_ROOT,
          ISSUER_NOT_PERMITTED,
          WRONG_USAGE,
          WEAK_KEY,
          WEAK_SIGNATURE,
          MALFORMED,
          TOO_COMPLEX ->
          Reason.ORIGIN_CERTIFICATE;
      case TIMEOUT -> Reason.ORIGIN_TIMEOUT;
      case NO_COMMON_GROUND, CLIENT_CERTIFICATE, NOT_TLS -> Reason.ORIGIN_TLS;
      case REFUSED_BY_ORIGIN, OTHER -> Reason.ORIGIN_PROTOCOL;
    };
  }
}
