package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
  private static final OpenConnections.Grounds GROUNDS =
      new OpenConnections.Grounds() {
        @Override
        public Policy policy() {
          return Policies.of("{host: a.example.com}");
        }

        @Override
        public Optional<ClientIdentity> known(ClientIdentity client) {
          return Optional.of(client);
        }
      };

  private final OpenConnections open = new OpenConnections();

  private static final class Fake implements OpenConnections.Judged {
    private final Optional<Reason> objection;
    private final List<Reason> ends = new ArrayList<>();

    Fake(Reason... objection) {
      this.objection = List.of(objection).stream().findFirst();
    }

    @Override
    public Optional<Reason> objection(OpenConnections.Grounds grounds) {
      return objection;
    }

    @Override
    public void end(Reason reason) {
      ends.add(reason);
    }
  }

  @Test
  void endWhatANewPolicyRefuses() {
    Fake stays = new Fake();
    Fake goes = new Fake(Reason.KILLED);
    Fake gone = new Fake(Reason.KILLED);
    open.add(stays);
    open.add(goes);
    open.add(gone);
    open.remove(gone);
    assertEquals(1, open.wouldEnd(GROUNDS));
    assertEquals(0, open.sweeps());
    assertEquals(List.of(), goes.ends);
    assertEquals(1, open.judgeAgain(GROUNDS));
    assertEquals(1, open.sweeps());
    assertEquals(List.of(Reason.KILLED), goes.ends);
    assertEquals(List.of(), stays.ends);
    assertEquals(List.of(), gone.ends);
    assertEquals(2, open.size());
  }

  @Test
  void endAltogether() {
    Fake one = new Fake();
    open.add(one);
    open.add(one);
    open.endAll(Reason.DRAINED);
    assertEquals(List.of(Reason.DRAINED), one.ends);
  }
}
