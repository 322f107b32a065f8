package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.parse.Target;
import dev.sallyport.proxy.parse.TargetParser;
import dev.sallyport.proxy.socks.SocksReader;
import dev.sallyport.proxy.socks.SocksReader.Reading;
import dev.sallyport.rules.Host;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/// Messages of SOCKS5. What is read of a whole is read of no part of it, nobody waits beyond the
/// longest message, and an address in octets becomes that literal and nothing else.
public final class SocksFuzz {
  private static final int LONGEST = 513;

  private SocksFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    check(SocksReader::greeting, octets);
    check(SocksReader::credentials, octets);
    if (check(SocksReader::request, octets) instanceof Reading.Connect(String authority, int _)) {
      checkTarget(octets, TargetParser.parse("CONNECT", authority));
    }
  }

  private static void checkTarget(byte[] octets, Target target) {
    boolean literal = octets[3] != 3;
    int length = literal ? (octets[3] == 1 ? 4 : 16) : octets[4] & 0xff;
    int at = literal ? 4 : 5;
    int port = (octets[at + length] & 0xff) << 8 | (octets[at + length + 1] & 0xff);
    if (literal && port > 0) {
      assertInstanceOf(Target.Tunnel.class, target, "every address is one");
    }
    if (target instanceof Target.Tunnel(var to)) {
      assertEquals(port, to.port());
      if (literal) {
        byte[] meant = Arrays.copyOfRange(octets, at, at + length);
        byte[] read = assertInstanceOf(Host.Literal.class, to.host()).address().getAddress();
        assertTrue(
            Arrays.equals(read, meant)
                || Arrays.equals(read, Arrays.copyOfRange(meant, meant.length - 4, meant.length)));
      }
    }
  }

  private static Reading check(Function<ByteBuf, Reading> reader, byte[] octets) {
    ByteBuf buffer = Unpooled.wrappedBuffer(octets);
    Reading reading = reader.apply(buffer);
    assertEquals(octets.length, buffer.readableBytes());
    switch (reading) {
      case Reading.NeedMore more -> assertTrue(octets.length < LONGEST, "waits for ever");
      case Reading.Wrong(String why) -> assertFalse(why.isEmpty());
      case Reading.Greeting(boolean nothing, boolean credentials, int length) ->
          ends(reader, octets, length);
      case Reading.Credentials(String user, String password, int length) -> {
        assertEquals(length, 3 + user.length() + password.length());
        ends(reader, octets, length);
      }
      case Reading.Connect(String authority, int length) -> ends(reader, octets, length);
      case Reading.Unsupported unsupported -> {}
    }
    return reading;
  }

  private static void ends(Function<ByteBuf, Reading> reader, byte[] octets, int length) {
    assertTrue(length <= Math.min(octets.length, LONGEST));
    assertEquals(
        new Reading.NeedMore(),
        reader.apply(Unpooled.wrappedBuffer(Arrays.copyOf(octets, length - 1))),
        "the end is the end");
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    return List.of(
            "050100",
            "0503000102",
            "0102616203636465",
            "05010001c000020701bb",
            "0501000309612e6578616d706c650050",
            "05010003093132372e302e302e3101bb",
            "0501000420010db800000000000000000000000701bb",
            "0501000400000000000000000000ffffa9fea9fe0050",
            "05020001c000020701bb",
            "0401005cc000020700")
        .stream()
        .map(HexFormat.of()::parseHex)
        .toList();
  }
}
