package dev.sallyport.proxy.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sallyport.rules.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetParserTest {
  @ParameterizedTest
  @CsvSource({
    "example.com:443, https://example.com",
    "EXAMPLE.com.:8443, https://example.com:8443",
    "[::1]:443, https://[::1]",
    "127.0.0.1:1, https://127.0.0.1:1",
    "example.com:65535, https://example.com:65535",
  })
  void readsAuthorities(String target, String url) {
    Target.Tunnel tunnel =
        assertInstanceOf(Target.Tunnel.class, TargetParser.parse("CONNECT", target));
    assertEquals(url, tunnel.destination().url());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "example.com:",
        ":443",
        "example.com:0",
        "example.com:65536",
        "example.com:0443",
        "example.com:44a",
        "example.com:-1",
        "example.com:+1",
        "example.com:443/",
        "a@example.com:443",
        "example.com:443:443",
        "[::1]",
        "[::1]443",
        "::1:443",
        "http://example.com:443",
        "*",
        "/",
        "",
        "example.com%2f:443",
        "127.1:443",
        "2130706433:443",
        "0x7f.1:443",
        "example.com:100000",
      })
  void refusesOtherAuthorities(String target) {
    Target.Wrong wrong =
        assertInstanceOf(Target.Wrong.class, TargetParser.parse("CONNECT", target));
    assertEquals(Reason.MALFORMED, wrong.reason());
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.com/, http://example.com, /, /, -1",
    "http://example.com, http://example.com, /, /, -1",
    "HTTP://EXAMPLE.com:80/a?b=c, http://example.com, /a?b=c, /a, 3",
    "http://example.com:/, http://example.com, /, /, -1",
    "http://example.com:8080?x, http://example.com:8080, /?x, /, 1",
    "http://example.com/@evil.test/, http://example.com, /@evil.test/, /@evil.test/, -1",
    "http://[::1]:81/x, http://[::1]:81, /x, /x, -1",
    "http://example.com/a//b/../c%2f, http://example.com, /a//b/../c%2f, /a//b/../c%2f, -1",
  })
  void readsUrls(String target, String url, String originForm, String path, int queryLength) {
    Target.Request request =
        assertInstanceOf(Target.Request.class, TargetParser.parse("GET", target));
    assertEquals(url, request.destination().url());
    assertEquals(originForm, request.originForm());
    assertEquals(path, request.path());
    assertEquals(queryLength, request.queryLength());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "*",
        "example.com",
        "ftp://example.com/",
        "http:///x",
        "http://a@example.com/",
        "http://example.com#x",
        "http://example.com/#x",
        "http://example.com:80:80/",
        "http://example.com:8o/",
        "http2://example.com/",
        "ws://example.com/",
        "file:///etc/passwd",
        "http://example.com\\@evil.test/",
        "http://%65xample.com/",
      })
  void refusesOtherUrls(String target) {
    Target.Wrong wrong = assertInstanceOf(Target.Wrong.class, TargetParser.parse("GET", target));
    assertEquals(Reason.MALFORMED, wrong.reason());
  }

  @Test
  void tellsAnHttpsUrlInClearFromOtherMistakes() {
    Target.Wrong wrong =
        assertInstanceOf(Target.Wrong.class, TargetParser.parse("GET", "HTTPS://model.example/v1"));
    assertEquals(Reason.ABSOLUTE_HTTPS, wrong.reason());
  }
}
