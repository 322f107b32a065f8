package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.names.DnsOutcome;
import dev.sallyport.proxy.names.DnsQuery;
import dev.sallyport.proxy.names.DnsReplies;
import dev.sallyport.proxy.names.Queries;
import java.net.InetAddress;
import java.util.List;

/// Queries of DNS: whatever comes, what is said is an answer to it, hardly longer, and says nothing
/// that was not asked.
public final class DnsFuzz {
  private static final DnsReplies REPLIES =
      new DnsReplies(
          List.of(InetAddress.ofLiteral("198.18.0.1"), InetAddress.ofLiteral("fd00::1")));

  private DnsFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    DnsReplies.Reply reply = REPLIES.to(DnsQuery.read(octets));
    byte[] said = reply.message();
    assertTrue(said.length <= octets.length + DnsReplies.MOST_GROWTH);
    if (said.length == 0) {
      assertTrue(octets.length < DnsQuery.HEADER || (octets[2] & 0x80) != 0);
      return;
    }
    assertTrue(said.length >= DnsQuery.HEADER);
    assertEquals(octets[0], said[0]);
    assertEquals(octets[1], said[1]);
    // An answer is never taken for a query, by this gate or another one.
    assertEquals(new DnsQuery.Nothing(), DnsQuery.read(said));
    boolean answered = reply.outcome() == DnsOutcome.ANSWERED;
    assertEquals(answered ? 1 : 0, said[7]);
    if (reply.outcome() == DnsOutcome.MALFORMED) {
      assertEquals(DnsQuery.HEADER, said.length);
      assertTrue((said[3] & 0xF) != 0);
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    return List.of(
        Queries.of("www.example.org", Queries.A),
        Queries.of("", Queries.AAAA),
        Queries.of("_dns.resolver.arpa", Queries.HTTPS),
        Queries.extended("example.org", Queries.A, 0, 12),
        Queries.extended("example.org", Queries.AAAA, 1, 0));
  }
}
