package dev.sallyport.proxy.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One authority, one verdict: whether it comes with CONNECT or in a URL, and whatever the
/// machine's language is.
class AuthorityParityTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: parity
      classes:
        web:
          allow:
            - {host: example.com, scheme: any, ports: [8443]}
            - {host: kiosk.example.net, scheme: any, ports: [8443]}
            - {host: my_host.example.net, scheme: any, ports: [8443]}
            - {host: xn--bcher-kva.example, scheme: any, ports: [8443]}
            - {subdomains-of: example.org, scheme: any, ports: [8443]}
      deny:
        - {domain: secret.example.org, reason: never}
      profiles:
        all: {classes: [web]}
      assign:
        - {anonymous: true, profile: all}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          example.com:8443 | allow
          EXAMPLE.COM:8443 | allow
          example.com.:8443 | allow
          KIOSK.EXAMPLE.NET:8443 | allow
          KIOSK.EXAMPLE.NET.:8443 | allow
          my_host.example.net:8443 | allow
          XN--BCHER-KVA.EXAMPLE:8443 | allow
          a.example.org:8443 | allow
          0x7f.example.org:8443 | allow
          127.0.0.1.example.org:8443 | allow
          1.example.org:8443 | allow
          -.example.org:8443 | allow
          example.com:443 | deny
          example.com:8444 | deny
          example.com:84 | deny
          example.org:8443 | deny
          secret.example.org:8443 | deny
          SECRET.example.ORG.:8443 | deny
          x.secret.example.org:8443 | deny
          xexample.org:8443 | deny
          example.com.example:8443 | deny
          my-host.example.net:8443 | deny
          127.0.0.1:8443 | deny
          [::1]:8443 | deny
          [::ffff:127.0.0.1]:8443 | deny
          [::FFFF:7F00:1]:8443 | deny
          [64:ff9b::7f00:1]:8443 | deny
          [64:ff9b:1::7f00:1]:8443 | deny
          [2002:7f00:1::]:8443 | deny
          [fe80::5efe:127.0.0.1]:8443 | deny
          127.1:8443 | malformed
          2130706433:8443 | malformed
          0x7f000001:8443 | malformed
          0177.0.0.1:8443 | malformed
          127.0.0.1.:8443 | malformed
          0x:8443 | malformed
          example.0:8443 | malformed
          [127.0.0.1]:8443 | malformed
          [::1%25lo]:8443 | malformed
          [::1%lo]:8443 | malformed
          [v1.fe80::a]:8443 | malformed
          [::1]8443 | malformed
          [::1].example.org:8443 | malformed
          ::1:8443 | malformed
          example.com..:8443 | malformed
          .example.org:8443 | malformed
          a..example.org:8443 | malformed
          :8443 | malformed
          .:8443 | malformed
          *.example.org:8443 | malformed
          user@example.com:8443 | malformed
          @example.com:8443 | malformed
          example.com:8443@evil.test:8443 | malformed
          example.com:08443 | malformed
          example.com:+8443 | malformed
          example.com:-8443 | malformed
          example.com:0x20fb | malformed
          example.com:8443:8443 | malformed
          example.com:0 | malformed
          example.com:65536 | malformed
          example.com:73979 | malformed
          example.com:4294975739 | malformed
          example.com:84 43 | malformed
          example.com :8443 | malformed
          example.com%2e:8443 | malformed
          %65xample.com:8443 | malformed
          example.com%00.example.org:8443 | malformed
          evil.test\\.example.org:8443 | malformed
          evil.test;.example.org:8443 | malformed
          evil.test,.example.org:8443 | malformed
          b\u00fccher.example:8443 | malformed
          k\u0131osk.example.net:8443 | malformed
          \u212aiosk.example.net:8443 | malformed
          K\u0130OSK.EXAMPLE.NET:8443 | malformed
          example\uff0ecom:8443 | malformed
          example\u3002com:8443 | malformed
          ex\u00adample.com:8443 | malformed
          exam\u200bple.com:8443 | malformed
          """)
  void bothFormsInEveryLanguage(String authority, String verdict) throws LoadException {
    Policy policy = PolicyLoader.load("policy.yaml", POLICY);
    // As the wire has it: octets of UTF-8, each a character.
    String wire =
        new String(authority.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    Locale before = Locale.getDefault();
    try {
      for (String language : new String[] {"en-US", "tr-TR", "az-AZ", "lt-LT"}) {
        Locale.setDefault(Locale.forLanguageTag(language));
        assertEquals(verdict, verdict(policy, TargetParser.parse("CONNECT", wire)), language);
        for (String form :
            new String[] {"http://%s/", "http://%s", "HTTP://%s?x=http://evil.test"}) {
          Target target = TargetParser.parse("GET", form.replace("%s", wire));
          assertEquals(verdict, verdict(policy, target), form + " in " + language);
        }
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String verdict(Policy policy, Target target) {
    return switch (target) {
      case Target.Tunnel(Destination to) -> verdict(policy, to);
      case Target.Request(Destination to, String originForm, String path, int queryLength) ->
          verdict(policy, to);
      case Target.Wrong(var reason, String why) -> reason.code();
    };
  }

  private static String verdict(Policy policy, Destination to) {
    ClientIdentity client = ClientIdentity.anonymous(InetAddress.getLoopbackAddress(), "proxy");
    return policy.decide(client, to, Instant.EPOCH).permit().isPresent() ? "allow" : "deny";
  }
}
