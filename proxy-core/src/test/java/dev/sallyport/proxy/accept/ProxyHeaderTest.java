package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.accept.ProxyHeader.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static Reading line(String text) {
    return read(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Reading binary(String hex) {
    return read(HexFormat.of().parseHex(SIGNATURE + hex.replace(" ", "")));
  }

  private static Reading read(byte[] octets) {
    ByteBuf buffer = Unpooled.wrappedBuffer(octets);
    Reading reading = ProxyHeader.read(buffer);
    assertEquals(octets.length, buffer.readableBytes(), "nothing is taken away");
    return reading;
  }

  private static void assertFrom(String address, int port, int octets, Reading reading) {
    assertEquals(
        new Reading.Header(
            Optional.of(new InetSocketAddress(InetAddress.ofLiteral(address), port)), octets),
        reading);
  }

  @Test
  void aLineSaysWhoseConnectionItIs() {
    String four = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n";
    assertFrom("192.0.2.7", 56324, four.length(), line(four));
    assertFrom(
        "192.0.2.7", 56324, four.length(), line(four + "CONNECT a.example:443 HTTP/1.1\r\n"));
    String six = "PROXY TCP6 2001:DB8::7 2001:db8::1 0 65535\r\n";
    assertFrom("2001:db8::7", 0, six.length(), line(six));
    String mapped = "PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n";
    assertFrom("192.0.2.7", 1, mapped.length(), line(mapped));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n",
        "PROXY UNKNOWN whatever \u00ff\r\n"
      })
  void ofTheUnknownNothingElseCounts(String line) {
    assertEquals(new Reading.Header(Optional.empty(), line.length()), line(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\n",
        "PROXY TCP4 192.0.2.07 198.51.100.1 56324 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 056324 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 65536 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 -1\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 \r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443 \r\n",
        "PROXY TCP4  192.0.2.7 198.51.100.1 56324 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n",
        "PROXY TCP4 2001:db8::7 198.51.100.1 56324 443\r\n",
        "PROXY TCP6 192.0.2.7 2001:db8::1 56324 443\r\n",
        "PROXY TCP6 fe80::1%eth0 2001:db8::1 56324 443\r\n",
        "PROXY TCP4 name.example 198.51.100.1 56324 443\r\n",
        "PROXY UDP4 192.0.2.7 198.51.100.1 56324 443\r\n",
        "PROXY tcp4 192.0.2.7 198.51.100.1 56324 443\r\n",
        "PROXY \r\n",
        "PROXY UNKNOWN\n",
        "proxy TCP4 192.0.2.7 198.51.100.1 56324 443\r\n",
        "PROXYTCP4 192.0.2.7 198.51.100.1 56324 443\r\n",
        "CONNECT a.example:443 HTTP/1.1\r\n\r\n",
        "\r\nPROXY UNKNOWN\r\n",
        "\u0005\u0001\u0000"
      })
  void otherLinesAreNone(String line) {
    assertInstanceOf(Reading.Wrong.class, line(line));
  }

  @Test
  void aLineHasABound() {
    String longest = "PROXY UNKNOWN ".concat("x".repeat(ProxyHeader.MAX_LINE - 16)).concat("\r\n");
    assertEquals(ProxyHeader.MAX_LINE, longest.length());
    assertInstanceOf(Reading.Header.class, line(longest));
    assertInstanceOf(Reading.NeedMore.class, line(longest.substring(0, longest.length() - 1)));
    assertInstanceOf(Reading.Wrong.class, line(longest.replace("xx", "xxx")));
  }

  @Test
  void aBinaryHeaderSaysWhoseConnectionItIs() {
    assertFrom("192.0.2.7", 0xdc04, 28, binary("21 11 000c c0000207 c6336401 dc04 01bb"));
    String six = "20010db8000000000000000000000007 20010db8000000000000000000000001 dc04 01bb";
    assertFrom("2001:db8::7", 0xdc04, 52, binary("21 21 0024 " + six));
    assertFrom(
        "192.0.2.7",
        1,
        52,
        binary(
            "21 21 0024 00000000000000000000ffffc0000207 "
                .concat("00000000000000000000000000000001 0001 01bb")));
  }

  @Test
  void whatIsAddedDoesNotCount() {
    assertFrom(
        "192.0.2.7", 1, 33, binary("21 11 0011 c0000207 c6336401 0001 01bb 04 0002 0102 ffff"));
  }

  @ParameterizedTest
  @CsvSource({
    "20 00 0000, 16",
    "20 11 000c c0000207 c6336401 0001 01bb, 28",
    "20 ff 0001 00, 17",
    "21 00 0000, 16",
    "21 00 0003 010203, 19",
  })
  void theBalancerSpeaksForItself(String hex, int octets) {
    assertEquals(new Reading.Header(Optional.empty(), octets), binary(hex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22 11 000c c0000207 c6336401 0001 01bb",
        "11 11 000c c0000207 c6336401 0001 01bb",
        "31 11 000c c0000207 c6336401 0001 01bb",
        "21 12 000c c0000207 c6336401 0001 01bb",
        "21 31 00d8",
        "21 01 0000",
        "21 11 000b c0000207 c6336401 0001 01",
        "21 21 000c c0000207 c6336401 0001 01bb",
      })
  void otherBinaryHeadersAreNone(String hex) {
    assertInstanceOf(Reading.Wrong.class, binary(hex));
  }

  @Test
  void aBinaryHeaderHasABound() {
    int most = ProxyHeader.MAX_BINARY - 16;
    String start = "21 11 %04x c0000207 c6336401 0001 01bb";
    assertFrom(
        "192.0.2.7",
        1,
        ProxyHeader.MAX_BINARY,
        binary(start.formatted(most) + "00".repeat(most - 12)));
    assertInstanceOf(Reading.Wrong.class, binary(start.formatted(most + 1)));
    assertInstanceOf(Reading.Wrong.class, binary("20 00 ffff"));
  }

  @Test
  void everyBeginningNeedsMore() {
    for (byte[] whole :
        new byte[][] {
          "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n".getBytes(StandardCharsets.US_ASCII),
          HexFormat.of().parseHex(SIGNATURE + "2111000cc0000207c6336401000101bb")
        }) {
      for (int length = 0; length < whole.length; length++) {
        byte[] part = java.util.Arrays.copyOf(whole, length);
        int at = length;
        assertInstanceOf(Reading.NeedMore.class, read(part), () -> "octets: " + at);
      }
      assertInstanceOf(Reading.Header.class, read(whole));
    }
  }

  @Test
  void nothingOfItIsQuoted() {
    Reading.Wrong wrong = assertInstanceOf(Reading.Wrong.class, line("PROXY SECRET a b c d\r\n"));
    assertTrue(wrong.why().startsWith("the PROXY protocol header "));
    assertTrue(!wrong.why().contains("SECRET"));
  }
}
