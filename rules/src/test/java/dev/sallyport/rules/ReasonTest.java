package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The table of reason codes, as the policy reference has it.
class ReasonTest {
  @ParameterizedTest
  @CsvSource({
    "listed, 0, NEVER, ",
    "exception, 0, NEVER, ",
    "reported, 0, NEVER, ",
    "not-listed, 403, NEVER, http_request_denied",
    "denied-by-rule, 403, NEVER, http_request_denied",
    "unassigned, 403, NEVER, http_request_denied",
    "killed, 403, NEVER, http_request_denied",
    "scheme-not-allowed, 403, NEVER, http_request_denied",
    "port-not-allowed, 403, NEVER, http_request_denied",
    "method-not-allowed, 403, NEVER, http_request_denied",
    "path-not-allowed, 403, NEVER, http_request_denied",
    "query-not-allowed, 403, NEVER, http_request_denied",
    "header-not-allowed, 403, NEVER, http_request_denied",
    "upgrade-not-allowed, 403, NEVER, http_request_denied",
    "upload-limit, 403, NEVER, http_request_denied",
    "ask-pending, 403, AFTER_APPROVAL, http_request_denied",
    "address-not-allowed, 403, NEVER, destination_ip_prohibited",
    "malformed, 400, NEVER, http_request_error",
    "absolute-https, 400, NEVER, http_request_error",
    "socks-not-supported, 400, NEVER, http_request_error",
    "host-mismatch, 421, NEVER, http_request_denied",
    "gateway-unknown, 404, NEVER, destination_not_found",
    "gateway-host, 421, NEVER, http_request_denied",
    "web-page-not-allowed, 403, NEVER, http_request_denied",
    "sni-mismatch, 0, NEVER, ",
    "sni-missing, 0, NEVER, ",
    "ech-not-allowed, 0, NEVER, ",
    "alpn-not-allowed, 0, NEVER, ",
    "not-tls, 0, NEVER, ",
    "credentials-missing, 407, NEVER, http_request_denied",
    "credentials-wrong, 407, NEVER, http_request_denied",
    "peer-not-trusted, 403, NEVER, http_request_denied",
    "limit-exceeded, 503, LATER, connection_limit_reached",
    "audit-unavailable, 503, LATER, proxy_internal_error",
    "authority-ended, 503, LATER, proxy_internal_error",
    "policy-unavailable, 503, LATER, proxy_internal_error",
    "internal-error, 503, LATER, proxy_internal_error",
    "loop, 508, NEVER, proxy_loop_detected",
    "origin-unresolved, 502, LATER, dns_error",
    "origin-unreachable, 502, LATER, destination_unavailable",
    "origin-certificate, 502, NEVER, tls_certificate_error",
    "origin-tls, 502, NEVER, tls_protocol_error",
    "origin-protocol, 502, LATER, http_protocol_error",
    "parent-refused, 502, LATER, destination_unavailable",
    "parent-unreachable, 502, LATER, destination_unavailable",
    "parent-credentials, 502, LATER, destination_unavailable",
    "parent-tls, 502, LATER, tls_protocol_error",
    "parent-timeout, 504, LATER, connection_timeout",
    "origin-timeout, 504, LATER, connection_timeout",
    "client-gone, 0, NEVER, ",
    "client-distrusts, 0, NEVER, ",
    "idle, 0, NEVER, ",
    "drained, 0, NEVER, ",
    "policy-changed, 0, NEVER, ",
    "done, 0, NEVER, ",
  })
  void isAnsweredAsTheReferenceSays(String code, int status, Retry retry, String proxyError) {
    Reason reason = Reason.ofCode(code).orElseThrow();
    assertEquals(code, reason.code());
    assertEquals(status, reason.answer().status());
    assertEquals(retry, reason.answer().retry());
    assertEquals(Optional.ofNullable(proxyError), reason.answer().proxyError());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void hasASentence(Reason reason) {
    assertFalse(reason.sentence().isEmpty());
    assertFalse(reason.sentence().endsWith("."));
  }

  @Test
  void otherCodesAreNone() {
    assertEquals(Optional.empty(), Reason.ofCode("LISTED"));
    assertEquals(Optional.empty(), Reason.ofCode("not_listed"));
    assertEquals(Optional.empty(), Reason.ofCode(""));
  }

  @Test
  void theListIsTheOneOfTheReference() {
    assertEquals(55, Reason.values().length);
  }
}
