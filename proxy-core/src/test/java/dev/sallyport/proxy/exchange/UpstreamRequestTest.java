package dev.sallyport.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Scheme;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamRequestTest {
  private static final String VIA = "1.1 sallyport-1";

  private static UpstreamRequest of(String method, Destination to, String... fields) {
    HttpRequest from =
        new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.valueOf(method), to.url() + "/p?q");
    for (String field : fields) {
      String[] parts = field.split(": ", 2);
      from.headers().add(parts[0], parts[1]);
    }
    return UpstreamRequest.of(from, to, "/p?q", VIA);
  }

  @Test
  void isOfThisVersionAndInOriginForm() {
    HttpRequest head = of("GET", Policies.http("a.example.com")).head();
    assertEquals(HttpVersion.HTTP_1_1, head.protocolVersion());
    assertEquals("/p?q", head.uri());
    assertEquals(HttpMethod.GET, head.method());
  }

  @ParameterizedTest
  @CsvSource({
    "A.Example.COM., 80, a.example.com",
    "a.example.com, 8080, a.example.com:8080",
    "192.0.2.1, 80, 192.0.2.1",
    "[2001:DB8:0::1], 81, [2001:db8::1]:81",
  })
  void hasTheDestinationsOwnHost(String host, int port, String field) {
    Destination to = Policies.to(Scheme.HTTP, host, port);
    assertEquals(List.of(field), of("GET", to, "Host: evil").head().headers().getAll("Host"));
  }

  @Test
  void addsItsViaBehindOthers() {
    HttpRequest head = of("GET", Policies.http("a.example.com"), "Via: 1.0 x").head();
    assertEquals(List.of("1.0 x", VIA), head.headers().getAll("Via"));
  }

  @ParameterizedTest
  @CsvSource({
    "Transfer-Encoding: chunked, chunked, , true",
    "Transfer-Encoding: CHUNKED, chunked, , true",
    "Content-Length: 5, , 5, true",
    "Content-Length: 007, , 7, true",
    "Content-Length: 0, , 0, false",
    "Content-Length: 000, , 0, false",
    "X: y, , , false",
  })
  void framesTheBodyAnew(String field, String coding, String length, boolean body) {
    UpstreamRequest request = of("POST", Policies.http("a.example.com"), field);
    assertEquals(coding, request.head().headers().get("Transfer-Encoding"));
    assertEquals(length, request.head().headers().get("Content-Length"));
    assertEquals(body, request.expectsBody());
  }

  @Test
  void goesToAParentInAbsoluteFormWithItsCredentials() {
    UpstreamRequest request = of("GET", Policies.to(Scheme.HTTP, "a.example.com", 81), "Cookie: c");
    HttpRequest up = request.forParent(Optional.of("Basic x"));
    assertEquals("http://a.example.com:81/p?q", up.uri());
    assertEquals("Basic x", up.headers().get("Proxy-Authorization"));
    assertEquals("c", up.headers().get("Cookie"));
    assertEquals("a.example.com:81", up.headers().get("Host"));
    assertFalse(request.forParent(Optional.empty()).headers().contains("Proxy-Authorization"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, X: y, true",
    "HEAD, X: y, true",
    "OPTIONS, X: y, true",
    "GET, Content-Length: 0, true",
    "GET, Content-Length: 1, false",
    "GET, Transfer-Encoding: chunked, false",
    "POST, X: y, false",
    "PUT, X: y, false",
    "DELETE, X: y, false",
    "get, X: y, false",
  })
  void knowsWhatMayBeSentTwice(String method, String field, boolean repeatable) {
    assertEquals(repeatable, of(method, Policies.http("a.example.com"), field).isRepeatable());
  }
}
