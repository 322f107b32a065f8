package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com",
    "EXAMPLE.com, example.com",
    "example.com., example.com",
    "EXAMPLE.COM., example.com",
    "localhost, localhost",
    "my_host.example.net, my_host.example.net",
    "_dmarc.example.net, _dmarc.example.net",
    "-a-.example.net, -a-.example.net",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "127.0.0.1.nip.test, 127.0.0.1.nip.test",
    "169-254-169-254.nip.test, 169-254-169-254.nip.test",
    "1.example.org, 1.example.org",
    "0x7f.example, 0x7f.example",
    "1.2.3.4a, 1.2.3.4a",
    "1.2.3.0xg, 1.2.3.0xg",
    "example.0x7fz, example.0x7fz",
    "x0, x0",
    "127.0.0.-1, 127.0.0.-1",
    "127.0.0.1_, 127.0.0.1_",
  })
  void namesAreCanonical(String written, String canonical) throws MalformedHostException {
    Host host = Host.parse(written);
    assertInstanceOf(Host.Name.class, host);
    assertEquals(canonical, host.text());
    assertEquals(canonical, host.toString());
    assertEquals(canonical, host.authorityText());
    assertEquals(host, Host.parse(host.text()), "the canonical text reads back as the same host");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, 127.0.0.1",
    "0.0.0.0, 0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255, 255.255.255.255",
    "[::1], ::1, [::1]",
    "[::], ::, [::]",
    "[0:0:0:0:0:0:0:1], ::1, [::1]",
    "[2001:DB8::A], 2001:db8::a, [2001:db8::a]",
    "[::ffff:10.0.0.1], 10.0.0.1, 10.0.0.1",
    "[::FFFF:7F00:0001], 127.0.0.1, 127.0.0.1",
    "[64:ff9b::169.254.169.254], 64:ff9b::a9fe:a9fe, [64:ff9b::a9fe:a9fe]",
  })
  void literalsAreCanonical(String written, String text, String authority)
      throws MalformedHostException {
    Host host = Host.parse(written);
    assertInstanceOf(Host.Literal.class, host);
    assertEquals(text, host.text());
    assertEquals(text, host.toString());
    assertEquals(authority, host.authorityText());
    assertEquals(host, Host.parse(host.authorityText()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        ".example.org",
        "..example.org",
        "example..org",
        "example.org..",
        "*",
        "*.example.org",
        "?.example.org",
        "[a-z].example.org",
        "a|b.example.org",
        "a@example.org",
        "@example.org",
        "a:b@example.org",
        "example.org:443",
        "example.org/",
        "example.org?x",
        "example.org#x",
        "example.org\\x",
        "exa mple.org",
        " example.org",
        "example.org ",
        "example.org\u00a0",
        "exam\tple.org",
        "example.org\n",
        "example.org\r",
        "evil.test\u0000.example.org",
        "evil.test%00.example.org",
        "evil.test%2e.example.org",
        "%65xample.org",
        "evil.test$.example.org",
        "evil.test&.example.org",
        "evil.test'.example.org",
        "evil.test(.example.org",
        "evil.test,.example.org",
        "evil.test;.example.org",
        "evil.test!.example.org",
        "evil.test~.example.org",
        "evil.test+.example.org",
        "evil.test=.example.org",
        "evil.test\".example.org",
        "evil.test<.example.org",
        "evil.test^.example.org",
        "evil.test`.example.org",
        "evil.test{.example.org",
        "b\u00fccher.example",
        "example\uff0ecom",
        "example\u3002com",
        "example\uff61com",
        "exam\u00adple.com",
        "ex\u200bample.com",
        "ex\u200dample.com",
        "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
        "127\u30020\u30020\u30021",
        "\uff11\uff12\uff17.0.0.1",
        "\u0131.example",
        "\u0130.example",
        "\u212a.example",
        "\u017f.example",
        "\ufeffexample.com",
        "\u202eexample.com",
        "\ud83d\ude00.example",
      })
  void whatIsNoNameIsRefused(String written) {
    assertThrows(MalformedHostException.class, () -> Host.parse(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2130706433",
        "0x7f000001",
        "0X7F000001",
        "017700000001",
        "127.1",
        "127.0.1",
        "0",
        "0.",
        "0x",
        "0x7f.1",
        "0x7f.0.0.1",
        "0x7f.0.00.1",
        "0177.0.0.1",
        "0177.1",
        "127.0.0.0x1",
        "127.000.000.001",
        "127.0.0.01",
        "127.0.0.1.",
        "127.0.0.1.0",
        "127.0.0.256",
        "256.0.0.1",
        "127.0.0.",
        "127..0.1",
        ".127.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
        "7147006462",
        "99999999999999999999",
        "0000000000251.0x000fe.169.254",
        "example.1",
        "example.0x1",
        "example.09",
        "a.b.c.0",
        "+127.0.0.1",
      })
  void numbersInOtherSpellingsAreNoHosts(String written) {
    assertThrows(MalformedHostException.class, () -> Host.parse(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "]",
        "[]",
        "[::1",
        "::1",
        "::1]",
        "[::1]x",
        "[::1].",
        "[[::1]]",
        "[127.0.0.1]",
        "[example.org]",
        "[fe80::1%lo]",
        "[fe80::1%25lo]",
        "[2001:db8::1%25]",
        "[::1 ]",
        "[ ::1]",
        "[v1.fe80]",
        "[:::]",
        "[:]",
        "[1:]",
        "[:1]",
        "[1:::2]",
        "[1::2::3]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8::]",
        "[::1:2:3:4:5:6:7:8]",
        "[1:2:3:4::5:6:7:8]",
        "[1:2:3:4:5:6:7:8:]",
        "[1:2:3:4:5:6:7:]",
        "[:1:2:3:4:5:6:7]",
        "[12345::]",
        "[00001::]",
        "[g::]",
        "[-1::]",
        "[0x1::]",
        "[::\uff11]",
        "[::\u0661]",
        "[::1.2.3]",
        "[::1.2.3.4.5]",
        "[::1.2.3.256]",
        "[::01.2.3.4]",
        "[::1.2.3.4:5]",
        "[1.2.3.4::]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[1:2:3:4:5:1.2.3.4]",
        "[::ffff:127.1]",
        "[::ffff:0x7f.0.0.1]",
      })
  void bracketsHoldAnIpv6AddressOnly(String written) {
    assertThrows(MalformedHostException.class, () -> Host.parse(written));
  }

  static Stream<String> longEnough() {
    String label63 = "a".repeat(63);
    String name253 = (label63 + ".").repeat(3) + "a".repeat(61);
    return Stream.of(label63, label63 + ".test", name253, name253 + ".", "a.".repeat(126) + "a");
  }

  @ParameterizedTest
  @MethodSource("longEnough")
  void namesAtTheLimits(String written) throws MalformedHostException {
    assertTrue(Host.parse(written).text().length() <= Host.MAX_NAME_OCTETS);
  }

  static Stream<String> tooLong() {
    String label63 = "a".repeat(63);
    String name254 = (label63 + ".").repeat(3) + "a".repeat(62);
    return Stream.of(
        "a".repeat(64),
        "a".repeat(64) + ".test",
        "test." + "a".repeat(64),
        name254,
        name254 + ".",
        "a.".repeat(127) + "a",
        "a".repeat(100_000));
  }

  @ParameterizedTest
  @MethodSource("tooLong")
  void namesPastTheLimits(String written) {
    assertThrows(MalformedHostException.class, () -> Host.parse(written));
  }

  @Test
  void theDotAtTheEndDoesNotCount() throws MalformedHostException {
    String name253 = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
    assertEquals(253, Host.parse(name253 + ".").text().length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tr-TR", "az-AZ", "lt-LT", "el-GR", "de-DE"})
  void theLocaleChangesNothing(String tag) throws MalformedHostException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertEquals("wiki.example", Host.parse("WIKI.EXAMPLE").text());
      assertEquals(Host.parse("wiki.example"), Host.parse("WIKI.example"));
      assertThrows(MalformedHostException.class, () -> Host.parse("w\u0130ki.example"));
      assertThrows(MalformedHostException.class, () -> Host.parse("w\u0131ki.example"));
      assertThrows(MalformedHostException.class, () -> Host.parse("wi\u212ai.example"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void labelsStandInTheOrderOfTheName() throws MalformedHostException {
    Host.Name name = (Host.Name) Host.parse("A.b.EXAMPLE.");
    assertEquals(List.of("a", "b", "example"), name.labels());
  }

  @Test
  void equalityIsByCanonicalText() throws MalformedHostException {
    Host one = Host.parse("Example.ORG.");
    Host same = Host.parse("example.org");
    assertAll(
        () -> assertEquals(one, same),
        () -> assertEquals(one.hashCode(), same.hashCode()),
        () -> assertNotEquals(one, Host.parse("example.com")),
        () -> assertNotEquals(one, Host.parse("127.0.0.1")),
        () -> assertEquals(Host.parse("[::ffff:127.0.0.1]"), Host.parse("127.0.0.1")),
        () -> assertNotEquals(Host.parse("[::1]"), Host.parse("[::2]")));
  }

  @Test
  void messagesNeverQuoteTheInput() {
    for (String written :
        List.of("sEcReT!.test", "[sEcReT]", "sEcReT..test", "1.2.3.sEcReT%", "999.sEcReT.1")) {
      MalformedHostException error =
          assertThrows(MalformedHostException.class, () -> Host.parse(written));
      assertFalse(String.valueOf(error.getMessage()).contains("sEcReT"));
      assertEquals(0, error.getStackTrace().length, "bad names are everyday input");
    }
  }
}
