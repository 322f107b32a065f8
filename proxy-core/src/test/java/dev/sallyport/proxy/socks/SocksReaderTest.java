package dev.sallyport.proxy.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sallyport.proxy.socks.SocksReader.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocksReaderTest {
  private static Reading read(Function<ByteBuf, Reading> reader, String hex) {
    ByteBuf octets = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    int length = octets.readableBytes();
    Reading reading = reader.apply(octets);
    assertEquals(length, octets.readableBytes(), "nothing is taken away");
    return reading;
  }

  @ParameterizedTest
  @CsvSource({
    "05 01 00, true, false, 3",
    "05 01 02, false, true, 3",
    "05 03 00 01 02, true, true, 5",
    "05 02 01 80 ff, false, false, 4",
  })
  void aGreetingOffersMethods(String hex, boolean nothing, boolean credentials, int octets) {
    assertEquals(
        new Reading.Greeting(nothing, credentials, octets), read(SocksReader::greeting, hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"04 01 0050 7f000001 00", "05 00", "47"})
  void otherGreetingsAreNone(String hex) {
    assertInstanceOf(Reading.Wrong.class, read(SocksReader::greeting, hex));
  }

  @Test
  void credentialsAreOctets() {
    Reading.Credentials shown =
        assertInstanceOf(
            Reading.Credentials.class, read(SocksReader::credentials, "01 02 6162 03 c3a978 99"));
    assertEquals("ab", shown.user());
    assertEquals("Ã©x", shown.password());
    assertEquals(8, shown.octets());
    assertFalse(shown.toString().contains("ab"));
    Reading.Credentials none =
        assertInstanceOf(Reading.Credentials.class, read(SocksReader::credentials, "01 01 61 00"));
    assertEquals(0, none.password().length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"05 01 61 01 62", "01 00 01 62"})
  void otherCredentialsAreNone(String hex) {
    assertInstanceOf(Reading.Wrong.class, read(SocksReader::credentials, hex));
  }

  @ParameterizedTest
  @CsvSource({
    "05 01 00 01 c0000207 01bb, 192.0.2.7:443, 10",
    "05 01 00 03 09 612e6578616d706c65 0050 16, a.example:80, 16",
    "05 01 00 04 20010db8000000000000000000000007 01bb, [2001:db8::7]:443, 22",
    "05 01 00 04 00000000000000000000ffffa9fea9fe 0050, 169.254.169.254:80, 22",
    "05 01 00 03 03 5b3a3a 0001, [:::1, 10",
    "05 01 00 03 01 00 0000, '\u0000:0', 8",
  })
  void aRequestIsTheSameAuthorityAsOfConnect(String hex, String authority, int octets) {
    assertEquals(new Reading.Connect(authority, octets), read(SocksReader::request, hex));
  }

  @ParameterizedTest
  @CsvSource({
    "05 02 00 01 c0000207 01bb, COMMAND_NOT_SUPPORTED",
    "05 03 00 01 c0000207 01bb, COMMAND_NOT_SUPPORTED",
    "05 00 00 03 01 61 01bb, COMMAND_NOT_SUPPORTED",
    "05 01 00 02 c0, ADDRESS_TYPE_NOT_SUPPORTED",
    "05 01 00 00 c0, ADDRESS_TYPE_NOT_SUPPORTED",
  })
  void whatIsNotSupportedIsSaid(String hex, SocksReply reply) {
    assertEquals(new Reading.Unsupported(reply), read(SocksReader::request, hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"04 01 00 01 c0000207 01bb", "05 01 01 01", "05 01 00 03 00 01bb"})
  void otherRequestsAreNone(String hex) {
    assertInstanceOf(Reading.Wrong.class, read(SocksReader::request, hex));
  }

  @Test
  void theLongestMessagesAreRead() {
    byte[] methods = new byte[257];
    methods[0] = 5;
    methods[1] = (byte) 255;
    assertEquals(
        new Reading.Greeting(true, false, 257),
        SocksReader.greeting(Unpooled.wrappedBuffer(methods)));
    String name = "61".repeat(255);
    assertEquals(
        new Reading.Connect("a".repeat(255) + ":65535", 262),
        read(SocksReader::request, "05 01 00 03 ff " + name + "ffff"));
    assertInstanceOf(
        Reading.Credentials.class, read(SocksReader::credentials, "01 ff " + name + "ff" + name));
  }

  @Test
  void everyBeginningNeedsMore() {
    assertNeedsMore(SocksReader::greeting, "05 03 00 01 02");
    assertNeedsMore(SocksReader::credentials, "01 02 6162 03 636465");
    assertNeedsMore(SocksReader::request, "05 01 00 03 09 612e6578616d706c65 0050");
    assertNeedsMore(SocksReader::request, "05 02 00 04 20010db8000000000000000000000007 01bb");
  }

  private static void assertNeedsMore(Function<ByteBuf, Reading> reader, String hex) {
    byte[] whole = HexFormat.of().parseHex(hex.replace(" ", ""));
    for (int length = 0; length < whole.length; length++) {
      Reading reading = reader.apply(Unpooled.wrappedBuffer(Arrays.copyOf(whole, length)));
      assertInstanceOf(Reading.NeedMore.class, reading, hex + " after " + length);
    }
  }
}
