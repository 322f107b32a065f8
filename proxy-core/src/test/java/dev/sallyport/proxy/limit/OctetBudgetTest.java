package dev.sallyport.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class OctetBudgetTest {
  private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress B = InetAddress.ofLiteral("192.0.2.2");
  private static final InetAddress C = InetAddress.ofLiteral("2001:db8::3");

  @Test
  void aClientHoldsWhatItMayAndNoOctetMore() {
    OctetBudget budget = new OctetBudget(1000, 100);
    assertTrue(budget.change(A, 0, 60));
    assertTrue(budget.change(A, 0, 40));
    assertFalse(budget.change(A, 0, 1));
    assertFalse(budget.change(A, 40, 41));
    assertTrue(budget.change(B, 0, 100));
    assertEquals(200, budget.held());
  }

  @Test
  void whatIsGivenBackIsThereAgainAndIsForgotten() {
    OctetBudget budget = new OctetBudget(1000, 100);
    budget.change(A, 0, 100);
    assertTrue(budget.change(A, 100, 30));
    assertTrue(budget.change(A, 30, 100));
    assertTrue(budget.change(A, 100, 0));
    assertEquals(0, budget.held());
    assertEquals(0, budget.clients());
  }

  @Test
  void whenAllIsTakenWhoHoldsLittleStillGetsAShare() {
    OctetBudget budget = new OctetBudget(200, 100);
    budget.change(A, 0, 100);
    assertTrue(budget.change(B, 0, 100));
    assertFalse(budget.change(A, 0, 1));
    // A third of the whole.
    assertTrue(budget.change(C, 0, 66));
    assertFalse(budget.change(C, 66, 67));
    budget.change(A, 100, 33);
    assertTrue(budget.change(C, 66, 67));
  }

  @Test
  void whatIsRefusedLeavesNoTrace() {
    OctetBudget budget = new OctetBudget(10, 10);
    assertFalse(budget.change(A, 0, 11));
    assertEquals(0, budget.held());
    assertEquals(0, budget.clients());
  }

  @Test
  void itCountsRightWhateverTheThreads() {
    OctetBudget budget = new OctetBudget(1000, 600);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        InetAddress client = i % 2 == 0 ? A : B;
        threads.execute(
            () -> {
              for (int n = 1; n < 20_000; n++) {
                if (budget.change(client, 0, n % 400)) {
                  budget.change(client, n % 400, 0);
                }
              }
            });
      }
    }
    assertEquals(0, budget.held());
    assertEquals(0, budget.clients());
  }
}
