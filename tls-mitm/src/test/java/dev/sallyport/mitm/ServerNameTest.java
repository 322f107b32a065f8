package dev.sallyport.mitm;

import static dev.sallyport.mitm.HelloBuilder.SERVER_NAME;
import static dev.sallyport.mitm.HelloBuilder.bare;
import static dev.sallyport.mitm.HelloBuilder.hostName;
import static dev.sallyport.mitm.Reading.hello;
import static dev.sallyport.mitm.Wire.concat;
import static dev.sallyport.mitm.Wire.hex;
import static dev.sallyport.mitm.Wire.vector16;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What counts as a server name, as none, and as one that cannot be read.
class ServerNameTest {
  @Test
  void tellsAbsentFromInvalid() {
    assertEquals(new ServerName.Absent(), serverName(bare().versions(0x0304)));
    assertEquals(
        invalid("the server name extension ends too early"), serverName(extension(hex(""))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "EXAMPLE.com",
        "example.com.",
        ".example.com",
        "example.com:443",
        "192.0.2.1",
        "[::1]",
        "a",
        "!~"
      })
  void takesVisibleAsciiAsSent(String name) {
    assertEquals(new ServerName.Named(name), serverName(bare().serverName(name)));
  }

  @Test
  void takesAsManyOctetsAsANameMayHaveAndNotOneMore() {
    String longest = "a".repeat(ServerName.MAX_OCTETS);
    assertEquals(new ServerName.Named(longest), serverName(bare().serverName(longest)));
    assertEquals(
        invalid("the host name is longer than 255 octets"),
        serverName(bare().serverName(longest + "a")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com\u0000.evil.test",
        "ex\u00e4mple.com",
        "example.com\r\nX: y",
        "example .com",
        " ",
        "\u007f",
        "\u0080"
      })
  void refusesOctetsThatAreNotVisibleAscii(String name) {
    assertEquals(
        invalid("the host name holds an octet that is not visible ASCII"),
        serverName(bare().serverName(name)));
  }

  static Stream<Arguments> lists() {
    byte[] a = hostName("a.test");
    byte[] odd = hex("01 0001 61");
    return Stream.of(
        Arguments.of("the host name is empty", vector16(hostName(""))),
        Arguments.of("the server name list ends too early", vector16(hex(""))),
        Arguments.of("the server name list ends too early", vector16(hex("00 0007 612e74657374"))),
        Arguments.of("the server name list ends too early", vector16(hex("00"))),
        Arguments.of("the server name is of an unknown type", vector16(odd)),
        Arguments.of("the server name is of an unknown type", vector16(concat(odd, a))),
        Arguments.of("the server name list holds more than one entry", vector16(concat(a, odd))),
        Arguments.of(
            "the server name list holds more than one entry",
            vector16(concat(a, hostName("b.test")))),
        Arguments.of("the server name list holds more than one entry", vector16(concat(a, a))),
        Arguments.of(
            "the server name list holds more than one entry", vector16(concat(a, hex("00")))),
        Arguments.of(
            "the server name extension is followed by octets that are not part of it",
            concat(vector16(a), hex("00"))),
        Arguments.of("the server name extension ends too early", concat(hex("0010"), a)));
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("lists")
  void refusesAListThatIsNotOnePlainName(String why, byte[] data) {
    assertEquals(invalid(why), serverName(extension(data)));
  }

  private static ServerName invalid(String why) {
    return new ServerName.Invalid(why);
  }

  private static HelloBuilder extension(byte[] data) {
    return bare().extension(SERVER_NAME, data).versions(0x0304);
  }

  private static ServerName serverName(HelloBuilder hello) {
    return hello(hello.record()).serverName();
  }
}
