package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParentHeadTest {
  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 Connection established\r\n\r\n', 200",
    "'HTTP/1.0 200 OK\r\n\r\n', 200",
    "'HTTP/1.1 200\r\n\r\n', 200",
    "'HTTP/1.1 200 \r\n\r\n', 200",
    "'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n', 407",
    "'HTTP/1.1 599 x\r\nA:b\r\nC-d: e\tf\r\nEmpty:\r\n\r\n', 599",
  })
  void readsTheStatus(String head, int status) {
    assertEquals(OptionalInt.of(status), read(head).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-x\r\n",
        "\r\n",
        "\n",
        "http/1.1 200 OK\r\n",
        "HTTP/2 200 OK\r\n",
        "HTTP/1.2 200 OK\r\n",
        "HTTP/1.1  200 OK\r\n",
        "HTTP/1.1\r\n",
        "HTTP/1.1 20 OK\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 2x0 OK\r\n",
        "HTTP/1.1 099 OK\r\n",
        "HTTP/1.1 600 OK\r\n",
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 200 OK\r ",
        "HTTP/1.1 200 O\u0000",
        "HTTP/1.1 200 O\u007f",
        "HTTP/1.1 200 OK\r\nno colon\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n",
        "HTTP/1.1 200 OK\r\nna me: x\r\n",
        "HTTP/1.1 200 OK\r\nname : x\r\n",
        "HTTP/1.1 200 OK\r\na: b\r\n folded: x\r\n",
        "HTTP/1.1 200 OK\r\n\r\r",
      })
  void anythingElseIsGarbageAsSoonAsItShows(String octets) {
    ParentHead head = read(octets.substring(0, octets.length() - 1));
    assertFalse(head.isGarbage() && octets.startsWith("HTTP/1.1 2"), "too early");
    if (!head.isGarbage()) {
      head.take((byte) octets.charAt(octets.length() - 1));
    }
    assertTrue(head.isGarbage());
    assertEquals(OptionalInt.empty(), head.status());
  }

  @Test
  void neverAsksForMoreThanTheHeadLacks() {
    String octets = "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n";
    ParentHead head = new ParentHead();
    for (int i = 0; i < octets.length(); i++) {
      assertTrue(head.lack() > 0 && head.lack() <= octets.length() - i, "at octet " + i);
      head.take((byte) octets.charAt(i));
    }
    assertEquals(0, head.lack());
  }

  @Test
  void aHeadMayBeAsLongAsTheLimitAndNoLonger() {
    assertEquals(OptionalInt.of(200), read(headOf(ParentHead.MAX_OCTETS)).status());
    ParentHead tooLong = read(headOf(ParentHead.MAX_OCTETS + 1));
    assertTrue(tooLong.isGarbage());
    assertEquals(OptionalInt.empty(), tooLong.status());
  }

  private static String headOf(int octets) {
    String start = "HTTP/1.1 200 OK\r\nA: ";
    String end = "\r\n\r\n";
    return start + "x".repeat(octets - start.length() - end.length()) + end;
  }

  private static ParentHead read(String octets) {
    ParentHead head = new ParentHead();
    for (byte octet : octets.getBytes(StandardCharsets.ISO_8859_1)) {
      if (!head.isGarbage()) {
        head.take(octet);
      }
    }
    return head;
  }
}
