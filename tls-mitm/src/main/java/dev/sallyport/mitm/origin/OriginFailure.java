package dev.sallyport.mitm.origin;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;

/// Why a handshake with an origin failed, the same for both TLS providers.
///
/// @param problem for metrics and events
/// @param sentence for people; quotes the host and nothing else of what comes from outside
public record OriginFailure(OriginProblem problem, String sentence) {
  /// BoringSSL's word for a key that is not for signing handshakes.
  static final String KEY_USAGE = "key_usage_bit_incorrect";

  /// Causes that are looked through.
  static final int MAX_DEPTH = 16;

  /// Words in the messages of BoringSSL and of the JDK, in lower case, and what they mean; the
  /// first that occurs counts. Alerts have the names of RFC 8446 section 6 in both.
  private static final List<Word> WORDS =
      List.of(
          new Word("certificate_required", OriginProblem.CLIENT_CERTIFICATE),
          new Word("alert_bad_certificate", OriginProblem.CLIENT_CERTIFICATE),
          new Word("alert: bad_certificate", OriginProblem.CLIENT_CERTIFICATE),
          new Word("alert_unknown_ca", OriginProblem.CLIENT_CERTIFICATE),
          new Word("alert: unknown_ca", OriginProblem.CLIENT_CERTIFICATE),
          new Word("alert_certificate", OriginProblem.CLIENT_CERTIFICATE),
          new Word("alert: certificate_", OriginProblem.CLIENT_CERTIFICATE),
          new Word(KEY_USAGE, OriginProblem.WRONG_USAGE),
          new Word("exceeds the maximum allowed size", OriginProblem.TOO_COMPLEX),
          new Word("excessive_message_size", OriginProblem.TOO_COMPLEX),
          new Word("protocol_version", OriginProblem.NO_COMMON_GROUND),
          new Word("unsupported_protocol", OriginProblem.NO_COMMON_GROUND),
          new Word("not accepted by client preferences", OriginProblem.NO_COMMON_GROUND),
          new Word("handshake_failure", OriginProblem.NO_COMMON_GROUND),
          new Word("insufficient_security", OriginProblem.NO_COMMON_GROUND),
          new Word("wrong_cipher_returned", OriginProblem.NO_COMMON_GROUND),
          new Word("unknown_cipher_returned", OriginProblem.NO_COMMON_GROUND),
          new Word("improper ciphersuite", OriginProblem.NO_COMMON_GROUND),
          new Word("bad_ecc_cert", OriginProblem.WEAK_KEY),
          new Word("wrong_curve", OriginProblem.NO_COMMON_GROUND),
          new Word("wrong_version_number", OriginProblem.NOT_TLS),
          new Word("http_request", OriginProblem.NOT_TLS),
          new Word("alert", OriginProblem.REFUSED_BY_ORIGIN));

  /// What happened to a handshake with this host.
  ///
  /// @param cause what `SslHandler.handshakeFuture()` failed with
  /// @param host canonical name or address literal
  public static OriginFailure of(Throwable cause, String host) {
    Throwable each = cause;
    for (int i = 0; i < MAX_DEPTH && each != null; i++) {
      switch (each) {
        case OriginCertificateException e -> {
          return new OriginFailure(e.problem(), e.sentence());
        }
        case CertificateException _ -> {
          return of(new Sentences(host).malformed("it cannot be read"));
        }
        case NotSslRecordException _ -> {
          return of(OriginProblem.NOT_TLS, host);
        }
        case SslHandshakeTimeoutException _ -> {
          return of(OriginProblem.TIMEOUT, host);
        }
        case ClosedChannelException _ -> {
          return of(OriginProblem.REFUSED_BY_ORIGIN, host);
        }
        default -> each = each.getCause();
      }
    }
    return of(byWords(cause), host);
  }

  private static OriginFailure of(OriginCertificateException e) {
    return new OriginFailure(e.problem(), e.sentence());
  }

  private static OriginProblem byWords(Throwable cause) {
    Throwable each = cause;
    for (int i = 0; i < MAX_DEPTH && each != null; i++) {
      String message = String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT);
      for (Word word : WORDS) {
        if (message.contains(word.text())) {
          return word.problem();
        }
      }
      each = each.getCause();
    }
    return OriginProblem.OTHER;
  }

  private static OriginFailure of(OriginProblem problem, String host) {
    String sentence =
        switch (problem) {
          case CLIENT_CERTIFICATE -> "`" + host + "` wants a client certificate, or another one";
          case NO_COMMON_GROUND ->
              "`"
                  + host
                  + "` offers no version of TLS or no cipher that is safe: TLS 1.2 with an elliptic"
                  + " curve and an authenticated cipher is the least";
          case NOT_TLS -> "what `" + host + "` sends is not TLS";
          case REFUSED_BY_ORIGIN -> "`" + host + "` ended the TLS handshake";
          case TIMEOUT -> "`" + host + "` did not finish the TLS handshake in time";
          case WRONG_USAGE -> new Sentences(host).wrongUsage().sentence();
          case WEAK_KEY -> new Sentences(host).weakKey().sentence();
          case TOO_COMPLEX -> new Sentences(host).tooComplex().sentence();
          case EXPIRED,
              NOT_YET_VALID,
              WRONG_NAME,
              NO_NAME,
              SELF_SIGNED,
              INCOMPLETE_CHAIN,
              UNKNOWN_ROOT,
              ISSUER_NOT_PERMITTED,
              WEAK_SIGNATURE,
              MALFORMED,
              OTHER ->
              "the TLS handshake with `" + host + "` failed";
        };
    return new OriginFailure(problem, sentence);
  }

  private record Word(String text, OriginProblem problem) {}
}
