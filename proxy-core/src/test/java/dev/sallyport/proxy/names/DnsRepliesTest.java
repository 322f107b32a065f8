package dev.sallyport.proxy.names;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsRepliesTest {
  private static final InetAddress FOUR = InetAddress.ofLiteral("198.18.0.1");
  private static final InetAddress SIX = InetAddress.ofLiteral("fd00::1");

  private static DnsReplies.Reply reply(List<InetAddress> addresses, byte[] query) {
    return new DnsReplies(addresses).to(DnsQuery.read(query));
  }

  private static String hex(DnsReplies.Reply reply) {
    return HexFormat.of().formatHex(reply.message());
  }

  @Test
  void everyNameHasTheOneAddress() {
    DnsReplies.Reply reply = reply(List.of(FOUR, SIX), Queries.of("a.b", Queries.A));
    assertEquals(DnsOutcome.ANSWERED, reply.outcome());
    assertEquals(
        "beef 8180 0001 0001 0000 0000 0161016200 0001 0001 c00c 0001 0001 0000003c 0004 c6120001"
            .replace(" ", ""),
        hex(reply));
  }

  @Test
  void thatOfIpv6Too() {
    DnsReplies.Reply reply = reply(List.of(SIX), Queries.of("a", Queries.AAAA));
    assertEquals(
        "beef 8180 0001 0001 0000 0000 016100 001c 0001 c00c 001c 0001 0000003c 0010"
                .replace(" ", "")
            + "fd000000000000000000000000000001",
        hex(reply));
    assertEquals(DnsReplies.MOST_GROWTH, reply.message().length - Queries.of("a", 28).length);
  }

  @Test
  void nothingOfAnotherType() {
    String empty = "beef818000010000000000000161000041 0001".replace(" ", "");
    assertEquals(empty, hex(reply(List.of(FOUR, SIX), Queries.of("a", Queries.HTTPS))));
    assertEquals(DnsOutcome.EMPTY, reply(List.of(FOUR), Queries.of("a", Queries.AAAA)).outcome());
  }

  @Test
  void whoSpeaksEdnsIsAnsweredInIt() {
    DnsReplies.Reply reply = reply(List.of(FOUR), Queries.extended("a", Queries.A, 0, 12));
    assertEquals("00002904d0000000000000", hex(reply).substring(hex(reply).length() - 22));
    DnsReplies.Reply later = reply(List.of(FOUR), Queries.extended("a", Queries.A, 1, 0));
    assertEquals("00002904d0010000000000", hex(later).substring(hex(later).length() - 22));
    assertEquals(DnsOutcome.EMPTY, later.outcome());
  }

  @Test
  void whatIsWrongGetsAHeader() {
    DnsReplies replies = new DnsReplies(List.of(FOUR));
    assertEquals(
        "beef80010000000000000000",
        hex(replies.to(new DnsQuery.Wrong(0xBEEF, 0, DnsQuery.FORMAT_ERROR))));
    assertEquals(
        "beefa8040000000000000000",
        hex(replies.to(new DnsQuery.Wrong(0xBEEF, 5, DnsQuery.NOT_IMPLEMENTED))));
    assertArrayEquals(new byte[0], replies.to(new DnsQuery.Nothing()).message());
  }
}
