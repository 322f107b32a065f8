package dev.sallyport.proxy.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QueryRateTest {
  private final AtomicLong now = new AtomicLong();
  private final QueryRate rate = new QueryRate(now::get);

  private static InetAddress client(int number) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(0x0A000000 + number).array());
    } catch (UnknownHostException never) {
      throw new IllegalStateException(never);
    }
  }

  private int taken(int queries, int clients) {
    int taken = 0;
    for (int i = 0; i < queries; i++) {
      taken += rate.takes(client(i % clients)) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void oneClientHasItsShareInEverySecond() {
    assertEquals(QueryRate.MOST_OF_CLIENT, taken(QueryRate.MOST_OF_CLIENT + 1, 1));
    assertTrue(rate.takes(client(1)));
    now.addAndGet(999_999_999);
    assertFalse(rate.takes(client(0)));
    now.incrementAndGet();
    assertTrue(rate.takes(client(0)));
  }

  @Test
  void allTogetherHaveTheirs() {
    assertEquals(QueryRate.MOST, taken(QueryRate.MOST + 10, 4_000));
  }

  @Test
  void noMoreClientsAreCounted() {
    assertEquals(QueryRate.MOST_CLIENTS, taken(QueryRate.MOST_CLIENTS + 1, Integer.MAX_VALUE));
    assertTrue(rate.takes(client(0)));
  }
}
