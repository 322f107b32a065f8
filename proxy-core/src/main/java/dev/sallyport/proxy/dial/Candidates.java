package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Reason;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The addresses of one host that may be connected to, as the answers come in. On the dial's event
/// loop.
final class Candidates {
  private final Function<InetAddress, Optional<Endpoint>> judge;
  private final Deque<Endpoint> ipv6 = new ArrayDeque<>();
  private final Deque<Endpoint> ipv4 = new ArrayDeque<>();
  private final Set<Family> answered = EnumSet.noneOf(Family.class);
  private Family turn = Family.IPV6;
  private boolean anyForbidden;
  private boolean anyTimedOut;

  /// @param judge gives the right to connect to an address, or nothing
  Candidates(Function<InetAddress, Optional<Endpoint>> judge) {
    this.judge = judge;
  }

  /// Takes the one answer of a family. A forbidden address is left out; the others count all the
  /// same.
  void answered(Family family, Answer answer) {
    answered.add(family);
    switch (answer) {
      case Answer.Found found -> {
        for (InetAddress address : found.addresses()) {
          Optional<Endpoint> endpoint = judge.apply(address);
          endpoint.ifPresent(of(family)::add);
          anyForbidden |= endpoint.isEmpty();
        }
      }
      case Answer.Absent absent -> {}
      case Answer.TimedOut timedOut -> anyTimedOut = true;
    }
  }

  boolean isAnswered(Family family) {
    return answered.contains(family);
  }

  boolean areAllAnswered() {
    return answered.size() == Family.values().length;
  }

  /// Whether one of this family waits for its turn.
  boolean has(Family family) {
    return !of(family).isEmpty();
  }

  boolean hasAny() {
    return has(Family.IPV6) || has(Family.IPV4);
  }

  /// The next one, the families taking turns (RFC 8305 section 4); empty when none waits.
  Optional<Endpoint> next() {
    Family from = has(turn) ? turn : turn.other();
    turn = from.other();
    return Optional.ofNullable(of(from).poll());
  }

  /// Why there was nothing to connect to.
  Reason whyNone() {
    if (anyForbidden) {
      return Reason.ADDRESS_NOT_ALLOWED;
    }
    return anyTimedOut ? Reason.ORIGIN_TIMEOUT : Reason.ORIGIN_UNRESOLVED;
  }

  private Deque<Endpoint> of(Family family) {
    return switch (family) {
      case IPV6 -> ipv6;
      case IPV4 -> ipv4;
    };
  }
}
