package dev.sallyport.mitm;

import static dev.sallyport.mitm.HelloBuilder.ALPN;
import static dev.sallyport.mitm.HelloBuilder.ENCRYPTED_CLIENT_HELLO;
import static dev.sallyport.mitm.HelloBuilder.SUPPORTED_VERSIONS;
import static dev.sallyport.mitm.HelloBuilder.bare;
import static dev.sallyport.mitm.HelloBuilder.to;
import static dev.sallyport.mitm.Reading.hello;
import static dev.sallyport.mitm.Reading.malformed;
import static dev.sallyport.mitm.Wire.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The fields and extensions of a hello, the server name excepted.
class ClientHelloTest {
  @Test
  void readsAHelloWithoutExtensions() {
    ClientHello hello = hello(bare().legacyVersion(0x0301).record());
    assertEquals(new ServerName.Absent(), hello.serverName());
    assertEquals(List.of(), hello.protocols());
    assertEquals(List.of(), hello.versions());
    assertEquals(0x0301, hello.legacyVersion());
    assertFalse(hello.encrypted());
    assertEquals(hello, hello(bare().legacyVersion(0x0301).record()));
  }

  @Test
  void readsAnEmptyExtensionBlock() {
    assertEquals(new ServerName.Absent(), hello(bare().noMoreExtensions().record()).serverName());
  }

  @Test
  void readsWhatABrowserSends() {
    ClientHello hello = hello(browser().record());
    assertEquals(new ServerName.Named("example.com"), hello.serverName());
    assertEquals(List.of("h2", "http/1.1"), hello.protocols());
    assertEquals(List.of(0x6a6a, 0x0304, 0x0303), hello.versions());
    assertTrue(hello.encrypted());
    assertTrue(hello.octets() > 1500);
  }

  /// GREASE everywhere, extensions in no order, a post-quantum key share, a GREASE ECH.
  private static HelloBuilder browser() {
    String ech = "00 0001 0001 42 0020" + "09".repeat(32) + "0090" + "0a".repeat(144);
    String shares = "04ea baba 0001 00 11ec 04c0" + "0b".repeat(0x4c0) + "001d 0020";
    return bare()
        .cipherSuites("0008 caca 1301 1302 c02b")
        .extension(0x1a1a, new byte[0])
        .extension(51, hex(shares + "0c".repeat(32)))
        .extension(ENCRYPTED_CLIENT_HELLO, hex(ech))
        .extension(18, new byte[0])
        .alpn("h2", "http/1.1")
        .extension(0x44cd, hex("0003 02 6832"))
        .versions(0x6a6a, 0x0304, 0x0303)
        .serverName("example.com")
        .extension(27, hex("02 0002"))
        .extension(0xdada, new byte[1]);
  }

  static Stream<Arguments> malformedFields() {
    return Stream.of(
        Arguments.of(
            "the version field is not one of TLS 1.0 to 1.2", to("a.test").legacyVersion(0x0200)),
        Arguments.of(
            "the version field is not one of TLS 1.0 to 1.2", to("a.test").legacyVersion(0x0300)),
        Arguments.of(
            "the version field is not one of TLS 1.0 to 1.2", to("a.test").legacyVersion(0x0304)),
        Arguments.of("the session id is longer than 32 octets", to("a.test").sessionId(33)),
        Arguments.of("the list of cipher suites ends too early", to("a.test").cipherSuites("0000")),
        Arguments.of(
            "the list of cipher suites ends too early", to("a.test").cipherSuites("0003 130113")),
        Arguments.of("the ClientHello ends too early", bare().cipherSuites("00ff 1301")),
        Arguments.of(
            "the compression methods lack the null method", to("a.test").compression("00")),
        Arguments.of(
            "the compression methods lack the null method", to("a.test").compression("01 01")),
        Arguments.of("the ClientHello ends too early", bare().trailer("00")),
        Arguments.of("the ClientHello ends too early", bare().trailer("0005 00170000")),
        Arguments.of(
            "the ClientHello is followed by octets that are not part of it",
            bare().trailer("0004 00170000 00")),
        Arguments.of("the list of extensions ends too early", bare().extensions(hex("00"))),
        Arguments.of("the list of extensions ends too early", bare().extensions(hex("0017 00"))),
        Arguments.of("the list of extensions ends too early", bare().extensions(hex("0017 0001"))),
        Arguments.of("an extension occurs twice", to("a.test").serverName("a.test")),
        Arguments.of("an extension occurs twice", to("a.test").alpn("h2").alpn("h2")),
        Arguments.of("an extension occurs twice", to("a.test").versions(0x0304)),
        Arguments.of(
            "an extension occurs twice",
            to("a.test").extension(0x1a1a, hex("")).extension(0x1a1a, hex("00"))));
  }

  static Stream<Arguments> malformedExtensions() {
    return Stream.of(
        Arguments.of("the ALPN list ends too early", ALPN, "0000"),
        Arguments.of("the ALPN extension ends too early", ALPN, ""),
        Arguments.of("the ALPN extension ends too early", ALPN, "0004 02 6832"),
        Arguments.of(
            "the ALPN extension is followed by octets that are not part of it",
            ALPN,
            "0003 02 6832 00"),
        Arguments.of("the ALPN list ends too early", ALPN, "0003 09 6832"),
        Arguments.of("an ALPN protocol is empty", ALPN, "0004 02 6832 00"),
        Arguments.of("an ALPN protocol is empty", ALPN, "0001 00"),
        Arguments.of("the extension of supported versions ends too early", SUPPORTED_VERSIONS, ""),
        Arguments.of("the list of supported versions ends too early", SUPPORTED_VERSIONS, "00"),
        Arguments.of(
            "the list of supported versions ends too early", SUPPORTED_VERSIONS, "03 0304 03"),
        Arguments.of(
            "the extension of supported versions ends too early", SUPPORTED_VERSIONS, "04 0304"),
        Arguments.of(
            "the extension of supported versions is followed by octets that are not part of it",
            SUPPORTED_VERSIONS,
            "02 0304 0303"));
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("malformedFields")
  void refusesFieldsThatAreNotExact(String why, HelloBuilder hello) {
    assertEquals(why, malformed(hello.record()));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("malformedExtensions")
  void refusesExtensionsThatAreNotExact(String why, int type, String data) {
    assertEquals(why, malformed(bare().extension(type, hex(data)).record()));
  }

  @Test
  void refusesAMessageThatEndsAnywhereBeforeItsEnd() {
    byte[] message = to("example.com").message();
    int bareOctets = bare().message().length;
    for (int length = HelloMessage.HEADER_OCTETS; length < message.length; length++) {
      byte[] cut = Reading.first(message, length);
      cut[2] = (byte) ((length - HelloMessage.HEADER_OCTETS) >> 8);
      cut[3] = (byte) (length - HelloMessage.HEADER_OCTETS);
      if (length != bareOctets) { // there it is a hello without extensions
        assertEquals("the ClientHello ends too early", malformed(Wire.records(cut)));
      }
    }
  }

  @Test
  void takesSessionIdsUpToTheirLimit() {
    assertEquals(0x0303, hello(to("a.test").sessionId(0).record()).legacyVersion());
    assertEquals(0x0303, hello(to("a.test").sessionId(32).record()).legacyVersion());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0301, 0x0302, 0x0303})
  void takesTheVersionsOfTls(int version) {
    assertEquals(version, hello(bare().legacyVersion(version).record()).legacyVersion());
  }

  @Test
  void takesOtherCompressionMethodsBesideNone() {
    assertEquals(
        0x0301,
        hello(bare().legacyVersion(0x0301).compression("02 0100").record()).legacyVersion());
  }

  @Test
  void keepsEveryOctetOfAProtocol() {
    List<String> protocols = hello(bare().alpn("\n\n", "\u0000\u00ff", "dot").record()).protocols();
    assertEquals(List.of("\n\n", "\u0000\u00ff", "dot"), protocols);
    assertEquals(
        List.of("p".repeat(255)), hello(bare().alpn("p".repeat(255)).record()).protocols());
  }

  @ParameterizedTest
  @ValueSource(ints = {ENCRYPTED_CLIENT_HELLO, 0xffce})
  void recordsThatARealNameMayBeHidden(int type) {
    assertTrue(hello(to("example.com").extension(type, hex("01")).record()).encrypted());
    assertFalse(hello(to("example.com").extension(type ^ 1, hex("01")).record()).encrypted());
  }
}
