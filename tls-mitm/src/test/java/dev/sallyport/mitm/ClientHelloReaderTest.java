package dev.sallyport.mitm;

import static dev.sallyport.mitm.ClientHelloReader.DEFAULT_MAX_OCTETS;
import static dev.sallyport.mitm.ClientHelloReader.MAX_RECORDS;
import static dev.sallyport.mitm.ClientHelloReader.MIN_MAX_OCTETS;
import static dev.sallyport.mitm.Reading.decidedAfter;
import static dev.sallyport.mitm.Reading.hello;
import static dev.sallyport.mitm.Reading.malformed;
import static dev.sallyport.mitm.Reading.prefix;
import static dev.sallyport.mitm.Reading.read;
import static dev.sallyport.mitm.Wire.ALERT;
import static dev.sallyport.mitm.Wire.HANDSHAKE;
import static dev.sallyport.mitm.Wire.ascii;
import static dev.sallyport.mitm.Wire.concat;
import static dev.sallyport.mitm.Wire.hex;
import static dev.sallyport.mitm.Wire.record;
import static dev.sallyport.mitm.Wire.records;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.mitm.ClientHelloReader.Hello;
import dev.sallyport.mitm.ClientHelloReader.Malformed;
import dev.sallyport.mitm.ClientHelloReader.NeedMore;
import dev.sallyport.mitm.ClientHelloReader.NotTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The records around a hello: what is put together, what is refused, and when.
class ClientHelloReaderTest {
  private static final ServerName EXAMPLE = new ServerName.Named("example.com");
  private static final byte[] MESSAGE = HelloBuilder.to("example.com").message();

  @Test
  void needsMoreUntilTheLastOctet() {
    byte[] octets = records(MESSAGE);
    assertEquals(octets.length, decidedAfter(octets));
    assertEquals(EXAMPLE, hello(octets).serverName());
    assertEquals(octets.length, hello(octets).octets());
  }

  @Test
  void leavesTheBufferAsItWas() {
    byte[] octets = records(MESSAGE, 1, 70);
    ByteBuf buffer = Unpooled.directBuffer();
    try {
      buffer.writeBytes(ascii("CONNECT")).skipBytes("CONNECT".length());
      for (byte octet : octets) {
        assertInstanceOf(NeedMore.class, Reading.READER.read(buffer));
        buffer.writeByte(octet);
      }
      assertEquals(read(octets), Reading.READER.read(buffer));
      assertEquals("CONNECT".length(), buffer.readerIndex());
      assertEquals(octets.length, buffer.readableBytes());
      assertEquals(1, buffer.refCnt());
    } finally {
      buffer.release();
    }
  }

  @Test
  void readsOverTheSeamsOfACompositeBuffer() {
    CompositeByteBuf buffer = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    try {
      for (byte octet : records(MESSAGE)) {
        buffer.addComponent(true, Unpooled.wrappedBuffer(new byte[] {octet}));
      }
      assertEquals(read(records(MESSAGE)), Reading.READER.read(buffer));
    } finally {
      buffer.release();
    }
  }

  static Stream<Arguments> noTls() {
    return Stream.of(
        Arguments.of("ssh", ascii("SSH-2.0-OpenSSH_9.6\r\n"), 1),
        Arguments.of("PROXY protocol", ascii("PROXY TCP4 10.0.0.1 10.0.0.2 1 443\r\n"), 1),
        Arguments.of("PROXY protocol 2", hex("0d0a0d0a000d0a515549540a"), 1),
        Arguments.of("HTTP/1.1", ascii("GET / HTTP/1.1\r\n"), 1),
        Arguments.of("HTTP/2", ascii("PRI * HTTP/2.0\r\n"), 1),
        Arguments.of("zeros", new byte[64], 1),
        Arguments.of("SSL 2.0", hex("802e 01 0002 0015"), 1),
        Arguments.of("SSL 2.0 hello to TLS", hex("802b 01 0303 0012"), 1),
        Arguments.of("below the first content type", hex("13 0301 0010 01"), 1),
        Arguments.of("above the last content type", hex("19 0301 0010 01"), 1),
        Arguments.of("handshake type, major version 2", hex("16 0200 0010 01"), 2),
        Arguments.of("handshake type, major version 4", hex("16 0400 0010 01"), 2),
        Arguments.of("DTLS", hex("16 feff 0000 0000 0000 0000 0010 01"), 2),
        Arguments.of("alert type, no TLS version", hex("15 0000 0002"), 2));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noTls")
  void tellsWhatIsNotTlsAtTheFirstOctetThatShowsIt(String what, byte[] octets, int after) {
    assertInstanceOf(NotTls.class, read(octets), what);
    assertEquals(after, decidedAfter(octets));
  }

  static Stream<Arguments> malformedRecords() {
    byte[] all = records(MESSAGE);
    byte[] begun = record(HANDSHAKE, Arrays.copyOf(MESSAGE, 60));
    byte[] rest = Arrays.copyOfRange(MESSAGE, 60, MESSAGE.length);
    String noHandshake = "a record before the end of the ClientHello is no handshake";
    String empty = "a handshake record is empty";
    String follows = "something follows the ClientHello in its record";
    return Stream.of(
        Arguments.of(noHandshake, concat(record(ALERT, hex("0100")), all), 2),
        Arguments.of(noHandshake, concat(record(20, hex("01")), all), 2),
        Arguments.of(noHandshake, concat(record(23, hex("01")), all), 2),
        Arguments.of(noHandshake, concat(record(24, hex("01")), all), 2),
        Arguments.of(noHandshake, concat(begun, record(ALERT, hex("0100")), all), 67),
        Arguments.of(
            "the version of a record is not that of TLS", concat(begun, hex("16 02"), rest), 67),
        Arguments.of(empty, concat(record(HANDSHAKE, new byte[0]), all), 5),
        Arguments.of(empty, concat(begun, record(HANDSHAKE, new byte[0]), all), 70),
        Arguments.of("the first handshake message is no ClientHello", hex("16 0301 00b8 02 00"), 6),
        Arguments.of("the first handshake message is no ClientHello", hex("16 0301 0001 00"), 6),
        Arguments.of(follows, record(HANDSHAKE, concat(MESSAGE, hex("00"))), 9),
        Arguments.of(follows, record(HANDSHAKE, concat(MESSAGE, MESSAGE)), 9),
        Arguments.of(follows, concat(begun, record(HANDSHAKE, concat(rest, hex("00")))), 70),
        Arguments.of("the ClientHello ends too early", record(HANDSHAKE, hex("01 000000")), 9));
  }

  @ParameterizedTest(name = "{0} after {2}")
  @MethodSource("malformedRecords")
  void refusesRecordsThatOriginsTakeDifferently(String why, byte[] octets, int after) {
    assertEquals(why, malformed(octets));
    assertEquals(after, decidedAfter(octets));
  }

  @Test
  void takesAnyMinorVersionInTheRecordHeader() {
    byte[] octets = records(MESSAGE);
    for (int minor = 0; minor <= 0xff; minor++) {
      octets[2] = (byte) minor;
      assertEquals(EXAMPLE, hello(octets).serverName());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 43, 100})
  void putsAHelloInTwoRecordsTogether(int cut) {
    byte[] octets = records(MESSAGE, cut);
    assertEquals(octets.length, decidedAfter(octets));
    assertEquals(EXAMPLE, hello(octets).serverName());
    assertEquals(MESSAGE.length + 2 * 5, hello(octets).octets());
  }

  @Test
  void seesTheNameThatRecordsOfOneOctetHide() {
    byte[] octets = records(HelloBuilder.to("evil.test").message(), 1, 1, 1, 1, 60);
    assertEquals(new ServerName.Named("evil.test"), hello(octets).serverName());
  }

  @Test
  void takesSixtyFourRecordsAndNotOneMore() {
    int[] ones = IntStream.generate(() -> 1).limit(MAX_RECORDS - 1).toArray();
    assertEquals(EXAMPLE, hello(records(MESSAGE, ones)).serverName());
    byte[] oneMore = records(MESSAGE, IntStream.generate(() -> 1).limit(MAX_RECORDS).toArray());
    assertEquals("the ClientHello comes in more than 64 records", malformed(oneMore));
    assertEquals(MAX_RECORDS * 6, decidedAfter(oneMore));
  }

  @Test
  void looksAtNothingBehindTheRecordWhereTheHelloEnds() {
    byte[] octets = records(MESSAGE);
    byte[] more = concat(octets, record(20, hex("01")), record(23, hex("ffff")), ascii("noise"));
    assertEquals(read(octets), read(more));
    assertEquals(octets.length, decidedAfter(more));
  }

  @Test
  void takesAHelloAsLargeAsTheLimitAndNotOneOctetMore() {
    ClientHelloReader reader = new ClientHelloReader(1000);
    byte[] fits = HelloBuilder.to("example.com").paddedTo(995).record();
    assertInstanceOf(Hello.class, reader.read(Unpooled.wrappedBuffer(fits)));
    byte[] larger = HelloBuilder.to("example.com").paddedTo(996).record();
    Malformed verdict = new Malformed("the ClientHello is larger than 1000 octets");
    assertEquals(verdict, reader.read(Unpooled.wrappedBuffer(larger)));
    assertEquals(verdict, reader.read(Unpooled.wrappedBuffer(larger, 0, 5)));
    assertInstanceOf(NeedMore.class, reader.read(Unpooled.wrappedBuffer(larger, 0, 4)));
  }

  @Test
  void countsRecordHeadersTowardsTheLimit() {
    ClientHelloReader reader = new ClientHelloReader(1000);
    byte[] fits = records(HelloBuilder.to("example.com").paddedTo(990).message(), 500);
    assertInstanceOf(Hello.class, reader.read(Unpooled.wrappedBuffer(fits)));
    byte[] larger = records(HelloBuilder.to("example.com").paddedTo(991).message(), 500);
    Malformed verdict = new Malformed("the ClientHello is larger than 1000 octets");
    assertEquals(verdict, reader.read(Unpooled.wrappedBuffer(larger, 0, 9)));
    assertInstanceOf(NeedMore.class, reader.read(Unpooled.wrappedBuffer(larger, 0, 8)));
  }

  @Test
  void refusesAHelloThatNeverEndsAtItsHeader() {
    byte[] octets = hex("16 0301 0100 01 ffffff 0303");
    assertEquals("the ClientHello is larger than 16384 octets", malformed(octets));
    assertEquals(9, decidedAfter(octets));
  }

  @Test
  void takesARecordOfTheGreatestLengthAndNotOneOctetMore() {
    ClientHelloReader reader = new ClientHelloReader(1 << 20);
    byte[] fits = HelloBuilder.to("example.com").paddedTo(1 << 14).record();
    assertInstanceOf(Hello.class, reader.read(Unpooled.wrappedBuffer(fits)));
    byte[] longer = HelloBuilder.to("example.com").paddedTo((1 << 14) + 1).record();
    assertEquals(
        new Malformed("a record is longer than 16384 octets"),
        reader.read(Unpooled.wrappedBuffer(longer)));
  }

  @Test
  void takesTheSmallestHelloAtTheSmallestLimit() {
    byte[] octets = HelloBuilder.bare().sessionId(0).cipherSuites("0002 1301").record();
    assertEquals(MIN_MAX_OCTETS, octets.length);
    ClientHelloReader reader = new ClientHelloReader(MIN_MAX_OCTETS);
    assertInstanceOf(Hello.class, reader.read(Unpooled.wrappedBuffer(octets)));
    String why =
        assertThrows(
                IllegalArgumentException.class, () -> new ClientHelloReader(MIN_MAX_OCTETS - 1))
            .getMessage();
    assertEquals("no ClientHello fits in `49` octets: give 50 or more", why);
  }

  @Test
  void isCheapForAClientThatSendsOneOctetAtATime() {
    int[] sizes = IntStream.generate(() -> 100).limit(MAX_RECORDS - 1).toArray();
    int messageOctets = DEFAULT_MAX_OCTETS - MAX_RECORDS * 5;
    byte[] octets =
        records(HelloBuilder.to("example.com").paddedTo(messageOctets).message(), sizes);
    assertEquals(DEFAULT_MAX_OCTETS, octets.length);
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (int length = 0; length < octets.length; length++) {
            assertInstanceOf(NeedMore.class, prefix(octets, length));
          }
        });
    assertInstanceOf(Hello.class, read(octets));
  }
}
