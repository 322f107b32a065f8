package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.accept.ProxyHeader;
import dev.sallyport.proxy.accept.ProxyHeader.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Headers of the PROXY protocol. What is read of a whole is read of no part of it, what follows
/// changes nothing, and nobody waits beyond the bound.
public final class ProxyHeaderFuzz {
  private static final int LONGEST = 4 * 1024;

  private ProxyHeaderFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    ByteBuf buffer = Unpooled.wrappedBuffer(octets);
    Reading reading = ProxyHeader.read(buffer);
    assertEquals(octets.length, buffer.readableBytes());
    switch (reading) {
      case Reading.NeedMore more -> assertTrue(octets.length < LONGEST, "waits for ever");
      case Reading.Wrong(String why) -> assertFalse(why.isEmpty());
      case Reading.Header(Optional<InetSocketAddress> client, int length) -> {
        assertTrue(length > 0 && length <= Math.min(octets.length, LONGEST));
        assertFalse(client.map(InetSocketAddress::isUnresolved).orElse(false));
        assertEquals(reading, part(octets, length), "what follows changes nothing");
        assertEquals(new Reading.NeedMore(), part(octets, length - 1), "the end is the end");
      }
    }
    for (int length = 0; length < Math.min(octets.length, 64); length++) {
      Reading early = part(octets, length);
      if (!(early instanceof Reading.NeedMore)) {
        assertEquals(reading, early, "after " + length + " octets");
      }
    }
  }

  private static Reading part(byte[] octets, int length) {
    return ProxyHeader.read(Unpooled.wrappedBuffer(Arrays.copyOf(octets, length)));
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    String signature = "0d0a0d0a000d0a515549540a";
    return List.of(
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\nGET".getBytes(StandardCharsets.US_ASCII),
        "PROXY TCP6 2001:db8::7 ::1 1 2\r\n".getBytes(StandardCharsets.US_ASCII),
        "PROXY UNKNOWN a b c\r\n".getBytes(StandardCharsets.US_ASCII),
        HexFormat.of().parseHex(signature + "2111000cc0000207c6336401dc0401bb16"),
        HexFormat.of().parseHex(signature + "21210024" + "20010db8".repeat(8) + "dc0401bb"),
        HexFormat.of().parseHex(signature + "2000000403000100"),
        HexFormat.of().parseHex(signature + "21110013c0000207c6336401dc0401bb04000401020304"));
  }
}
