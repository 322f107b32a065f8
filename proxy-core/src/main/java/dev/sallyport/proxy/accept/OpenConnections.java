package dev.sallyport.proxy.accept;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What is open now: tunnels and exchanges that are judged again when anything changes, and that
/// end when the gate stops. Safe on any thread.
public final class OpenConnections {
  private final Set<Judged> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong sweeps = new AtomicLong();

  /// By what open connections are judged.
  public interface Grounds {
    /// The policy, with what is switched by hand.
    Policy policy();

    /// The client as it is known now; empty when what it proved holds no longer.
    Optional<ClientIdentity> known(ClientIdentity client);
  }

  /// Something open that can be judged again.
  public interface Judged {
    /// Why it may no longer be open: `killed`, `credentials-wrong`, `policy-changed`. Pure; called
    /// on any thread.
    Optional<Reason> objection(Grounds grounds);

    /// Ends it. Called on any thread; hops to its own event loop.
    void end(Reason reason);
  }

  /// Takes in what has just opened. What changes between its decision and this call no sweep
  /// notices: whoever calls this judges once more behind it.
  public void add(Judged connection) {
    open.add(connection);
  }

  /// Forgets what has ended.
  public void remove(Judged connection) {
    open.remove(connection);
  }

  /// How many times everything was judged again. Where it has not grown, nothing has changed.
  public long sweeps() {
    return sweeps.get();
  }

  /// Ends all that may no longer be open; returns how many.
  ///
  /// @param grounds in force already
  public int judgeAgain(Grounds grounds) {
    sweeps.incrementAndGet();
    int ended = 0;
    for (Judged connection : open) {
      Optional<Reason> objection = connection.objection(grounds);
      if (objection.isPresent()) {
        connection.end(objection.get());
        ended++;
      }
    }
    return ended;
  }

  /// How many would end if these were in force.
  public int wouldEnd(Grounds grounds) {
    int ending = 0;
    for (Judged connection : open) {
      if (connection.objection(grounds).isPresent()) {
        ending++;
      }
    }
    return ending;
  }

  /// Ends everything.
  public void endAll(Reason reason) {
    open.forEach(connection -> connection.end(reason));
  }

  public int size() {
    return open.size();
  }
}
