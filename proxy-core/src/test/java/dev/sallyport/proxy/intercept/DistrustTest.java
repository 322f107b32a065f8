package dev.sallyport.proxy.intercept;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Policies;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DistrustTest {
  private static final long CURL = 1;
  private static final long NODE = 2;

  private final AtomicLong now = new AtomicLong();
  private final Distrust distrust = new Distrust(now::get);

  private static Distrust.Client client(int number) {
    return new Distrust.Client(Policies.CLIENT, List.of("host"), Optional.of("agent/" + number));
  }

  @Test
  void forgetsInTime() {
    distrust.distrusts(client(1), CURL);
    now.set(Distrust.REMEMBERED.toNanos() - 1);
    assertTrue(distrust.isKnown(client(1)));
    assertFalse(distrust.isKnown(client(2)));
    now.set(Distrust.REMEMBERED.toNanos());
    assertFalse(distrust.isKnown(client(1)));
  }

  @Test
  void forgetsWhoTrustsAgain() {
    distrust.distrusts(client(1), CURL);
    distrust.trusts(client(1), CURL);
    assertFalse(distrust.isKnown(client(1)));
    distrust.distrusts(client(1), CURL);
    assertTrue(distrust.isKnown(client(1)));
  }

  /// Two programs whose CONNECTs look alike: one that trusts the gate shall not go without words
  /// because of the other.
  @Test
  void aProgramThatTrustsIsNotTakenForOneThatDoesNot() {
    distrust.distrusts(client(1), CURL);
    distrust.trusts(client(1), NODE);
    assertFalse(distrust.isKnown(client(1)));
    distrust.distrusts(client(1), NODE);
    assertTrue(distrust.isKnown(client(1)));
    now.set(Distrust.REMEMBERED.toNanos() - 1);
    distrust.trusts(client(1), NODE);
    now.set(Distrust.REMEMBERED.toNanos());
    assertFalse(distrust.isKnown(client(1)));
    distrust.distrusts(client(1), CURL);
    assertTrue(distrust.isKnown(client(1)), "what was shown before is forgotten");
  }

  @Test
  void remembersNoMoreThanItHasRoomFor() {
    for (int i = 0; i <= Distrust.MAX_CLIENTS; i++) {
      distrust.distrusts(client(i), CURL);
    }
    assertFalse(distrust.isKnown(client(0)));
    assertTrue(distrust.isKnown(client(1)));
    assertTrue(distrust.isKnown(client(Distrust.MAX_CLIENTS)));
  }

  @Test
  void remembersNoMoreProgramsThanItHasRoomFor() {
    distrust.distrusts(client(1), CURL);
    distrust.trusts(client(1), NODE);
    for (int i = 1; i < Distrust.MAX_PROGRAMS - 1; i++) {
      distrust.distrusts(client(1), NODE + i);
    }
    assertFalse(distrust.isKnown(client(1)));
    distrust.distrusts(client(1), -1);
    assertFalse(distrust.isKnown(client(1)), "the first one is forgotten");
    distrust.distrusts(client(1), -2);
    assertTrue(distrust.isKnown(client(1)), "the one that trusts is forgotten");
  }
}
