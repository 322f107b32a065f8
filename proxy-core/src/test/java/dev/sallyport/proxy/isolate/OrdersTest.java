package dev.sallyport.proxy.isolate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private static final Orders ORDERS =
      Orders.of(Path.of("/bin/sh"), List.of("sh", "-c", "", "a b"), Map.of("A", "b=c"));

  private static List<String> texts(List<byte[]> octets) {
    return octets.stream().map(text -> new String(text, UTF_8)).toList();
  }

  @Test
  void arriveAsTheyWereSent() {
    Orders sent =
        ORDERS.hiding(
            List.of(Path.of("/run/a.sock"), Path.of("/b")),
            List.of(Path.of("/run/user/1")),
            List.of(Path.of("/sys")),
            Path.of("/tmp/r"),
            Optional.of(Path.of("/etc/resolv.conf")));
    Orders read = Orders.read(sent.octets());
    assertEquals("/bin/sh", new String(read.program(), UTF_8));
    assertEquals(List.of("sh", "-c", "", "a b"), texts(read.arguments()));
    assertEquals(List.of("A=b=c"), texts(read.environment()));
    assertEquals(List.of("/run/a.sock", "/b"), texts(read.masked()));
    assertEquals(List.of("/run/user/1"), texts(read.emptied()));
    assertEquals(List.of("/sys"), texts(read.frozen()));
    assertEquals(List.of("/etc/resolv.conf", "/tmp/r"), texts(read.covered()));
  }

  @Test
  void aSystemWithoutResolversHasNothingToCover() {
    Orders sent =
        ORDERS.hiding(List.of(), List.of(), List.of(), Path.of("/tmp/r"), Optional.empty());
    assertEquals(List.of(), Orders.read(sent.octets()).covered());
  }

  @Test
  void whatIsCutShortIsNone() {
    byte[] whole = ORDERS.octets();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IllegalArgumentException.class, () -> Orders.read(cut));
    }
    byte[] tooLong = ByteBuffer.allocate(12).putInt(1).putInt(Integer.MAX_VALUE).array();
    assertThrows(IllegalArgumentException.class, () -> Orders.read(tooLong));
    assertThrows(IllegalArgumentException.class, () -> Orders.read(new byte[4]));
  }
}
