package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleRequestTest {
  @ParameterizedTest
  @CsvSource({
    "https://a.example, GET, HTTPS, a.example:443, /",
    "HTTPS://A.Example./, GET, HTTPS, a.example:443, /",
    "GET https://a.example/x/y?z=1, GET, HTTPS, a.example:443, /x/y?z=1",
    "POST http://a.example:8080, POST, HTTP, a.example:8080, /",
    "GET http://a.example?q, GET, HTTP, a.example:80, /?q",
    "M-SEARCH http://a.example/, M-SEARCH, HTTP, a.example:80, /",
    "GET https://[::1]/, GET, HTTPS, [::1]:443, /",
    "GET https://[2001:DB8::1]:8443/, GET, HTTPS, [2001:db8::1]:8443, /",
    "GET http://10.0.0.1:65535/, GET, HTTP, 10.0.0.1:65535, /",
    "wss://a.example/live, GET, HTTPS, a.example:443, /live",
    "GET WS://a.example, GET, HTTP, a.example:80, /",
    "CONNECT a.example:443, CONNECT, HTTPS, a.example:443, ''",
    "CONNECT [::1]:8443, CONNECT, HTTPS, [::1]:8443, ''",
  })
  void reads(String text, String method, Scheme scheme, String authority, String target)
      throws MalformedHostException {
    ExampleRequest request = ExampleRequest.parse(text);
    assertEquals(method, request.method());
    assertEquals(scheme, request.destination().scheme());
    assertEquals(authority, request.destination().authority());
    assertEquals(target, request.target());
    assertEquals(text.toLowerCase(Locale.ROOT).contains("ws"), request.webSocket());
    assertEquals(
        request.webSocket(),
        request.sight(Map.of()).map(RequestSight::asksForWebSocket).orElse(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | a URL begins with `https://` or `http://`",
        "a.example | a URL begins with `https://` or `http://`",
        "GET ftp://a.example/ | a URL begins with `https://` or `http://`",
        "GET wsx://a.example/ | a URL begins with `https://` or `http://`",
        "POST wss://a.example/ | a WebSocket begins with a GET",
        "get https://a.example/ | a method is written in capitals",
        "GET  https://a.example/ | a URL begins with `https://` or `http://`",
        "GET https:/// | the host is empty",
        "GET https://a.example:0/ | a port is 1 to 65535",
        "GET https://a.example:65536/ | a port is 1 to 65535",
        "GET https://a.example:/ | a port is 1 to 65535",
        "GET https://u@a.example/ | a character is not a letter, digit, hyphen or underscore",
        "GET https://a.example/a b | a URL holds no white space, no `#` and no character beyond"
            + " ASCII",
        "GET https://a.example/#x | a URL holds no white space, no `#` and no character beyond"
            + " ASCII",
        "GET https://a.example/ü | a URL holds no white space, no `#` and no character beyond"
            + " ASCII",
        "GET https://2130706433/ | an address literal must be four decimal numbers of 0 to 255",
        "CONNECT a.example | CONNECT is followed by host and port",
        "CONNECT [::1] | CONNECT is followed by host and port",
        "CONNECT https://a.example:443 | a character is not a letter, digit, hyphen or underscore",
      })
  void refuses(String text, String why) {
    MalformedHostException wrong =
        assertThrows(MalformedHostException.class, () -> ExampleRequest.parse(text));
    assertEquals(why, wrong.getMessage());
  }
}
