package dev.sallyport.proxy.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.config.Parents.Parent;
import dev.sallyport.rules.Scheme;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParentUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://proxy.example:8080               | proxy.example | 8080 |
          HTTP://Proxy.Example:1/                 | proxy.example | 1    |
          http://10.0.0.1:65535                   | 10.0.0.1      | 65535|
          http://[2001:db8::1]:3128               | 2001:db8::1   | 3128 |
          Https://user:pass@proxy.example:8443    | proxy.example | 8443 | user:pass
          http://user:pass@proxy.example:8080     | proxy.example | 8080 | user:pass
          http://user@proxy.example:8080          | proxy.example | 8080 | user:
          http://user:@proxy.example:8080         | proxy.example | 8080 | user:
          http://us%65r:p%40%3A%2F@proxy.example:1| proxy.example | 1    | user:p@:/
          http://user:a:b@proxy.example:1         | proxy.example | 1    | user:a:b
          http://%C3%BC:x@proxy.example:1         | proxy.example | 1    | ü:x
          """)
  void goodOnesAreTakenApart(String url, String host, int port, String credentials)
      throws Exception {
    Parent parent = ParentUrl.parse(url);
    assertEquals(host, parent.host().text());
    assertEquals(port, parent.port());
    assertEquals(url.substring(0, 5).equalsIgnoreCase("https"), parent.scheme() == Scheme.HTTPS);
    assertEquals(
        Optional.ofNullable(credentials),
        parent
            .authorization()
            .map(value -> new String(Base64.getDecoder().decode(value.substring(6)), UTF_8)));
    assertFalse(parent.toString().contains("Basic"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                 | must begin with `http://`
          proxy.example:8080                 | must begin with `http://`
          ftp://proxy.example:21             | must begin with `http://`
          https://proxy.example              | must end in `host:port`
          SOCKS5://proxy.example:1080        | `socks5://` is not supported by this version
          http://proxy.example               | must end in `host:port`
          http://proxy.example:              | must end in `host:port`
          http://:8080                       | must end in `host:port`
          http://proxy.example:0             | must be a number of 1 to 65535
          http://proxy.example:65536         | must be a number of 1 to 65535
          http://proxy.example:080           | must be a number of 1 to 65535
          http://proxy.example:80/path       | must be a number of 1 to 65535
          http://proxy.example:80?x          | must be a number of 1 to 65535
          http://pro_xy..example:80          | is not a host
          http://2130706433:80               | is not a host
          http://@proxy.example:80           | is empty or holds a colon
          http://us%3Aer:x@proxy.example:80  | is empty or holds a colon
          http://user:%@proxy.example:80     | must be percent-encoded
          http://user:%4@proxy.example:80    | must be percent-encoded
          http://user:%zz@proxy.example:80   | must be percent-encoded
          http://user:a@b@proxy.example:80   | must be percent-encoded
          http://user:ü@proxy.example:80     | must be percent-encoded
          http://user:%ff@proxy.example:80   | are not UTF-8
          http://user:%0d%0a@proxy.example:80| hold a control character
          """)
  void everythingElseIsRefusedInWordsThatDoNotQuoteIt(String url, String words) {
    ParentUrl.MalformedException wrong =
        assertThrows(ParentUrl.MalformedException.class, () -> ParentUrl.parse(url));
    assertTrue(wrong.why().contains(words), wrong.why());
    assertFalse(wrong.why().contains("user:"), wrong.why());
  }
}
