package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.Reason;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Has the parent proxy open a tunnel to a vetted address of the destination: to the next one where
/// it could not reach the one before. On the dial's event loop.
final class ParentByAddress {
  /// Addresses that the parent is asked for, one after the other.
  static final int MAX_ADDRESSES = 4;

  private final DialAttempt attempt;
  private final ParentProxy parent;
  private final Candidates vetted;
  private DialOutcome.Failed failure = new DialOutcome.Failed(Reason.PARENT_REFUSED);
  private boolean asking;
  private int asked;

  ParentByAddress(DialAttempt attempt, ParentProxy parent, Candidates vetted) {
    this.attempt = attempt;
    this.parent = parent;
    this.vetted = vetted;
  }

  /// Takes the answers as they come. One family gives the other as much time as it would in a
  /// [ConnectionRace].
  void run(Lookup lookup) {
    for (Family family : Family.values()) {
      Future<Answer> answer = lookup.of(family);
      answer.addListener(done -> answered(family, answer.getNow()));
    }
  }

  private void answered(Family family, Answer answer) {
    vetted.answered(family, answer);
    if (vetted.areAllAnswered() || asked > 0) {
      next();
    } else if (vetted.hasAny()) {
      attempt.after(ConnectionRace.RESOLUTION_DELAY, this::next);
    }
  }

  private void next() {
    if (asking || attempt.isOver()) {
      return;
    }
    Optional<Endpoint> next = asked < MAX_ADDRESSES ? vetted.next() : Optional.empty();
    if (next.isPresent()) {
      asking = true;
      asked++;
      InetSocketAddress to = next.get().socketAddress();
      String authority = new Host.Literal(to.getAddress()).authorityText() + ":" + to.getPort();
      parent.tunnel(attempt, authority, this::refused);
    } else if (asked == MAX_ADDRESSES || vetted.areAllAnswered()) {
      attempt.failed(asked > 0 ? failure : new DialOutcome.Failed(vetted.whyNone()));
    }
  }

  private void refused(ParentAnswer answer) {
    asking = false;
    failure = answer.failure(parent.host());
    if (answer.isInability()) {
      next();
    } else {
      attempt.failed(failure);
    }
  }
}
