package dev.sallyport.proxy.intercept;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Policies;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DistrustTest {
  private final AtomicLong now = new AtomicLong();
  private final Distrust distrust = new Distrust(now::get);

  private static Distrust.Client client(int number) {
    return new Distrust.Client(Policies.CLIENT, List.of("host"), Optional.of("agent/" + number));
  }

  @Test
  void forgetsInTime() {
    distrust.distrusts(client(1));
    now.set(Distrust.REMEMBERED.toNanos() - 1);
    assertTrue(distrust.isKnown(client(1)));
    assertFalse(distrust.isKnown(client(2)));
    now.set(Distrust.REMEMBERED.toNanos());
    assertFalse(distrust.isKnown(client(1)));
  }

  @Test
  void forgetsWhoTrustsAgain() {
    distrust.distrusts(client(1));
    distrust.trusts(client(1));
    assertFalse(distrust.isKnown(client(1)));
  }

  @Test
  void remembersNoMoreThanItHasRoomFor() {
    for (int i = 0; i <= Distrust.MAX_CLIENTS; i++) {
      distrust.distrusts(client(i));
    }
    assertFalse(distrust.isKnown(client(0)));
    assertTrue(distrust.isKnown(client(1)));
    assertTrue(distrust.isKnown(client(Distrust.MAX_CLIENTS)));
  }
}
