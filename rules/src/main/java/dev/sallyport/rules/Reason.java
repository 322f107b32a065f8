package dev.sallyport.rules;

import java.util.Optional;

/// Why a decision, a refusal or an end is what it is: the closed list that docs, tests, metrics and
/// events share.
public enum Reason {
  // Decisions that allow.
  LISTED(Answer.NONE, "an entry lists it"),
  EXCEPTION(Answer.NONE, "an exception in force allows it"),
  REPORTED(Answer.NONE, "report mode let through what enforcement would refuse"),

  // Policy refusals: final.
  NOT_LISTED(Answer.FORBIDDEN, "no class of the profile lists this host"),
  DENIED_BY_RULE(Answer.FORBIDDEN, "a deny rule forbids this destination"),
  UNASSIGNED(Answer.FORBIDDEN, "no assignment gives this client a profile"),
  KILLED(Answer.FORBIDDEN, "the kill switch is on"),
  SCHEME_NOT_ALLOWED(Answer.FORBIDDEN, "the host is listed, but not for this scheme"),
  PORT_NOT_ALLOWED(Answer.FORBIDDEN, "the host is listed, but not for this port"),
  METHOD_NOT_ALLOWED(Answer.FORBIDDEN, "the host is listed, but not for this method"),
  PATH_NOT_ALLOWED(Answer.FORBIDDEN, "the host is listed, but not for this path"),
  QUERY_NOT_ALLOWED(Answer.FORBIDDEN, "the host is listed, but not for this query"),
  HEADER_NOT_ALLOWED(Answer.FORBIDDEN, "the host is listed, but not with these headers"),
  UPGRADE_NOT_ALLOWED(Answer.FORBIDDEN, "changing to another protocol is not allowed here"),
  UPLOAD_LIMIT(Answer.FORBIDDEN, "the upload limit is reached"),
  ASK_PENDING(
      403, Retry.AFTER_APPROVAL, "http_request_denied", "a person has to approve this destination"),
  ADDRESS_NOT_ALLOWED(
      403,
      Retry.NEVER,
      "destination_ip_prohibited",
      "every address of the host is one that may not be reached"),

  // Input that is not what it must be.
  MALFORMED(400, Retry.NEVER, "http_request_error", "the request is not well formed"),
  ABSOLUTE_HTTPS(
      400,
      Retry.NEVER,
      "http_request_error",
      "an https URL was sent in clear; the client must use CONNECT (set HTTPS_PROXY, not ALL_PROXY"
          + " alone)"),
  SOCKS_NOT_SUPPORTED(
      400,
      Retry.NEVER,
      "http_request_error",
      "of SOCKS only version 5 and its CONNECT are spoken here"),
  HOST_MISMATCH(
      421,
      Retry.NEVER,
      "http_request_denied",
      "Host differs from the destination that was permitted"),

  // How a gateway is used.
  GATEWAY_UNKNOWN(
      404, Retry.NEVER, "destination_not_found", "this gate has no gateway of that name"),
  GATEWAY_HOST(421, Retry.NEVER, "http_request_denied", "the Host field is no name of this gate"),
  WEB_PAGE_NOT_ALLOWED(Answer.FORBIDDEN, "a web page may not send requests through a gateway"),

  // What came first in a tunnel: after the 200, so the answer is a TLS alert.
  SNI_MISMATCH(Answer.NONE, "the server name in the ClientHello is not the CONNECT host"),
  SNI_MISSING(Answer.NONE, "the ClientHello names no server"),
  ECH_NOT_ALLOWED(Answer.NONE, "the ClientHello is encrypted and the entry says `ech: deny`"),
  ALPN_NOT_ALLOWED(Answer.NONE, "the application protocol in the ClientHello is not allowed"),
  NOT_TLS(Answer.NONE, "the tunnel does not begin with a TLS ClientHello"),

  // Who the client is.
  CREDENTIALS_MISSING(
      407, Retry.NEVER, "http_request_denied", "this gate asks for proxy credentials"),
  CREDENTIALS_WRONG(
      407, Retry.NEVER, "http_request_denied", "the proxy credentials are not on file"),
  PEER_NOT_TRUSTED(
      Answer.FORBIDDEN,
      "this listener is behind a balancer, and the connection does not come from one that it"
          + " names"),

  // What may pass later.
  LIMIT_EXCEEDED(503, Retry.LATER, "connection_limit_reached", "a limit of this gate is reached"),
  AUDIT_UNAVAILABLE(Answer.UNAVAILABLE, "the audit log cannot be written, so nothing may leave"),
  AUTHORITY_ENDED(
      Answer.UNAVAILABLE,
      "the gate's certificate authority has ended, so nobody can look into this connection; whoever"
          + " runs the gate has to renew it"),
  POLICY_UNAVAILABLE(Answer.UNAVAILABLE, "no policy is loaded, so nothing may leave"),
  INTERNAL_ERROR(Answer.UNAVAILABLE, "the gate failed while it handled this request"),
  LOOP(508, Retry.NEVER, "proxy_loop_detected", "the request has come through this gate before"),

  // Failures on the way to the origin.
  ORIGIN_UNRESOLVED(502, Retry.LATER, "dns_error", "the name does not resolve"),
  ORIGIN_UNREACHABLE(502, Retry.LATER, "destination_unavailable", "the origin cannot be reached"),
  ORIGIN_CERTIFICATE(
      502, Retry.NEVER, "tls_certificate_error", "the origin's certificate is not good"),
  ORIGIN_TLS(502, Retry.NEVER, "tls_protocol_error", "TLS with the origin is not possible"),
  ORIGIN_PROTOCOL(
      502, Retry.LATER, "http_protocol_error", "the origin's answer is not well formed"),
  PARENT_REFUSED(
      502, Retry.LATER, "destination_unavailable", "the parent proxy refused the connection"),
  PARENT_UNREACHABLE(
      502, Retry.LATER, "destination_unavailable", "the parent proxy cannot be reached"),
  PARENT_CREDENTIALS(
      502,
      Retry.LATER,
      "destination_unavailable",
      "the parent proxy does not take the gate's credentials; whoever runs the gate has to set them"
          + " in the URL of the parent"),
  PARENT_TLS(
      502, Retry.LATER, "tls_protocol_error", "TLS with the parent proxy did not come about"),
  PARENT_TIMEOUT(504, Retry.LATER, "connection_timeout", "the parent proxy did not answer in time"),
  ORIGIN_TIMEOUT(504, Retry.LATER, "connection_timeout", "the origin did not answer in time"),

  // Ends without an answer.
  CLIENT_GONE(Answer.NONE, "the client went away"),
  CLIENT_DISTRUSTS(Answer.NONE, "the client does not trust the gate's authority"),
  IDLE(Answer.NONE, "nothing was sent for the idle time"),
  DRAINED(Answer.NONE, "the gate stopped"),
  POLICY_CHANGED(Answer.NONE, "a new policy no longer allows it"),
  DONE(Answer.NONE, "it ended by itself");

  private final Answer answer;
  private final String sentence;

  Reason(Answer answer, String sentence) {
    this.answer = answer;
    this.sentence = sentence;
  }

  Reason(int status, Retry retry, String proxyError, String sentence) {
    this(new Answer(status, retry, Optional.of(proxyError)), sentence);
  }

  /// The word in refusals, events, metrics and docs, such as `not-listed`.
  public String code() {
    return CODES[ordinal()];
  }

  /// The HTTP answer; status 0 where the reason never becomes one.
  public Answer answer() {
    return answer;
  }

  /// What a person is told, without a full stop and without anything that the client sent.
  public String sentence() {
    return sentence;
  }

  /// The reason with this code.
  public static Optional<Reason> ofCode(String code) {
    for (Reason reason : values()) {
      if (reason.code().equals(code)) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }

  private static final String[] CODES = codes();

  private static String[] codes() {
    Reason[] all = values();
    String[] codes = new String[all.length];
    for (Reason reason : all) {
      codes[reason.ordinal()] = reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
    return codes;
  }

  /// How a reason is answered over HTTP.
  ///
  /// @param status the HTTP status, 0 where there is no HTTP answer
  /// @param proxyError the error type of the Proxy-Status field (RFC 9209 section 2.3)
  public record Answer(int status, Retry retry, Optional<String> proxyError) {
    static final Answer NONE = new Answer(0, Retry.NEVER, Optional.empty());
    static final Answer FORBIDDEN =
        new Answer(403, Retry.NEVER, Optional.of("http_request_denied"));
    static final Answer UNAVAILABLE =
        new Answer(503, Retry.LATER, Optional.of("proxy_internal_error"));
  }
}
