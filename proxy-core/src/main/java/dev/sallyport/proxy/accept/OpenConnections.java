package dev.sallyport.proxy.accept;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What is open now: tunnels and exchanges that a new policy judges again, and that end when the
/// gate stops. Safe on any thread.
public final class OpenConnections {
  private final Set<Judged> open = ConcurrentHashMap.newKeySet();

  /// Something open that can be judged again.
  public interface Judged {
    /// Whether this policy would let it be open. Pure; called on any thread.
    boolean isAllowedBy(Policy policy);

    /// Ends it. Called on any thread; hops to its own event loop.
    void end(Reason reason);
  }

  /// Takes in what has just opened.
  public void add(Judged connection) {
    open.add(connection);
  }

  /// Forgets what has ended.
  public void remove(Judged connection) {
    open.remove(connection);
  }

  /// Ends all that a new policy refuses; returns how many.
  public int judgeAgain(Policy policy) {
    int ended = 0;
    for (Judged connection : open) {
      if (!connection.isAllowedBy(policy)) {
        connection.end(Reason.POLICY_CHANGED);
        ended++;
      }
    }
    return ended;
  }

  /// Ends everything.
  public void endAll(Reason reason) {
    open.forEach(connection -> connection.end(reason));
  }

  public int size() {
    return open.size();
  }
}
