package dev.sallyport.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  @Test
  void ofTrailersThoseOfGrpcPass() {
    LastHttpContent last = new DefaultLastHttpContent();
    last.trailingHeaders().add("grpc-status", "0").add("x-other", "1").add("set-cookie", "a=b");
    HttpHeaders passed = Fields.withListedTrailers(last).trailingHeaders();
    assertEquals(1, passed.size());
    assertEquals("0", passed.get("grpc-status"));
    assertEquals(
        LastHttpContent.EMPTY_LAST_CONTENT,
        Fields.withListedTrailers(LastHttpContent.EMPTY_LAST_CONTENT));
  }

  private static HttpHeaders headers(String... fields) {
    HttpHeaders headers = new DefaultHttpHeaders();
    for (String field : fields) {
      String[] parts = field.split(": ?", 2);
      headers.add(parts[0], parts[1]);
    }
    return headers;
  }

  private static List<String> request(String... fields) {
    HttpHeaders to = new DefaultHttpHeaders();
    Fields.copyRequest(headers(fields), to);
    return lines(to);
  }

  private static List<String> response(String... fields) {
    HttpHeaders to = new DefaultHttpHeaders();
    Fields.copyResponse(headers(fields), to);
    return lines(to);
  }

  private static List<String> lines(HttpHeaders headers) {
    return headers.entries().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: close",
        "KEEP-ALIVE: timeout=5",
        "TE: trailers",
        "Trailer: X",
        "Transfer-Encoding: chunked",
        "Upgrade: websocket",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
        "Proxy-Connection: keep-alive",
        "Proxy-Authorization: Basic x",
        "PROXY-anything: x",
        "Proxy_Authorization: Basic x",
        "Transfer_Encoding: chunked",
      })
  void fieldsOfOneHopStayHere(String field) {
    assertEquals(List.of("A: 1"), request("A: 1", field));
    assertEquals(List.of("A: 1"), response("A: 1", field));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: other",
        "Content-Length: 5",
        "X-Forwarded-Host: other",
        "X-Forwarded-Server: other",
        "X-Original-Host: other",
        "X-Host: other",
        "X-Upstream-Https-Proxy: other",
        "X-Original-URL: /admin",
        "X-Rewrite-URL: /admin",
        "Forwarded: host=other",
        "X_Forwarded_Host: other",
        "Content_Length: 5",
      })
  void aClientDoesNotChooseTheRoute(String field) {
    assertEquals(List.of("A: 1"), request("A: 1", field));
    assertEquals(List.of("A: 1", field), response("A: 1", field));
  }

  @Test
  void fieldsThatConnectionNamesStayHere() {
    String[] fields = {"Connection: X-One , close", "Connection: x-two", "X-One: 1", "X-TWO: 2"};
    assertEquals(List.of(), request(fields));
    assertEquals(List.of(), response(fields));
  }

  /// Naming them away would change who reads what.
  @Test
  void framingCannotBeNamedAway() {
    assertEquals(
        List.of("Content-Length: 5"),
        response("Connection: content-length, host", "Content-Length: 5"));
  }

  @Test
  void everythingElsePassesInItsOrder() {
    String[] fields = {"B: 1", "a: 2", "B: 3", "Via: 1.0 x", "Set-Cookie: c", "Expect: x", "E:"};
    List<String> same = List.of(fields).stream().map(f -> f.equals("E:") ? "E: " : f).toList();
    assertEquals(same, request(fields));
    assertEquals(same, response(fields));
  }

  @Test
  void nothingLeadsTheClientPastTheGate() {
    assertEquals(List.of(), response("Alt-Svc: h3=\":443\""));
    assertEquals(List.of("Alt-Svc: x"), request("Alt-Svc: x"));
  }
}
