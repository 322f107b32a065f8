package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
  private static final Policy POLICY = Policies.of("{host: a.example.com}");

  private final OpenConnections open = new OpenConnections();

  private static final class Fake implements OpenConnections.Judged {
    private final boolean allowed;
    private final List<Reason> ends = new ArrayList<>();

    Fake(boolean allowed) {
      this.allowed = allowed;
    }

    @Override
    public boolean isAllowedBy(Policy policy) {
      return allowed;
    }

    @Override
    public void end(Reason reason) {
      ends.add(reason);
    }
  }

  @Test
  void endWhatANewPolicyRefuses() {
    Fake stays = new Fake(true);
    Fake goes = new Fake(false);
    Fake gone = new Fake(false);
    open.add(stays);
    open.add(goes);
    open.add(gone);
    open.remove(gone);
    assertEquals(1, open.judgeAgain(POLICY));
    assertEquals(List.of(Reason.POLICY_CHANGED), goes.ends);
    assertEquals(List.of(), stays.ends);
    assertEquals(List.of(), gone.ends);
    assertEquals(2, open.size());
  }

  @Test
  void endAltogether() {
    Fake one = new Fake(true);
    open.add(one);
    open.add(one);
    open.endAll(Reason.DRAINED);
    assertEquals(List.of(Reason.DRAINED), one.ends);
  }
}
