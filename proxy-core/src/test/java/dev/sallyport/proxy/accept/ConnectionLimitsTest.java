package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.proxy.metrics.ConnectionLimit;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
  private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress B = InetAddress.ofLiteral("2001:db8::2");

  @Test
  void holdAtTheTotal() {
    ConnectionLimits limits = new ConnectionLimits(2, 2);
    assertEquals(Optional.empty(), limits.enter(A));
    assertEquals(Optional.empty(), limits.enter(B));
    assertEquals(Optional.of(ConnectionLimit.CONNECTIONS), limits.enter(B));
    assertEquals(2, limits.open());
    limits.leave(A);
    assertEquals(Optional.empty(), limits.enter(B));
    assertEquals(2, limits.open());
  }

  @Test
  void holdForEachClient() {
    ConnectionLimits limits = new ConnectionLimits(9, 2);
    assertEquals(Optional.empty(), limits.enter(A));
    assertEquals(Optional.empty(), limits.enter(A));
    assertEquals(Optional.of(ConnectionLimit.CONNECTIONS_PER_CLIENT), limits.enter(A));
    assertEquals(Optional.empty(), limits.enter(B));
    assertEquals(3, limits.open());
    limits.leave(A);
    assertEquals(Optional.empty(), limits.enter(A));
    assertEquals(Optional.of(ConnectionLimit.CONNECTIONS_PER_CLIENT), limits.enter(A));
  }

  @Test
  void countRightWhateverTheThreads() throws Exception {
    ConnectionLimits limits = new ConnectionLimits(50, 30);
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        InetAddress client = i % 2 == 0 ? A : B;
        threads.execute(
            () -> {
              for (int n = 0; n < 20_000; n++) {
                if (limits.enter(client).isEmpty()) {
                  most.accumulateAndGet(limits.open(), Math::max);
                  limits.leave(client);
                }
              }
            });
      }
    }
    assertEquals(0, limits.open());
    for (int i = 0; i < 30; i++) {
      assertEquals(Optional.empty(), limits.enter(A));
    }
    assertEquals(Optional.of(ConnectionLimit.CONNECTIONS_PER_CLIENT), limits.enter(A));
  }
}
