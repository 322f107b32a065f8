package dev.sallyport.proxy.decide;

import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Switches;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Holds the policy in force behind one atomic reference and asks it. Safe on any thread.
public final class Decider {
  private static final String TRACE = "TRACE";

  private final AtomicReference<Policy> policy;
  private final Optional<Cidr> nat64;
  private final BooleanSupplier credentialsHelp;

  /// @param nat64 the network's NAT64 prefix, for address literals
  /// @param credentialsHelp whether there are credentials that a client could show
  public Decider(Policy first, Optional<Cidr> nat64, BooleanSupplier credentialsHelp) {
    this.policy = new AtomicReference<>(first);
    this.nat64 = nat64;
    this.credentialsHelp = credentialsHelp;
  }

  /// The policy in force.
  public Policy policy() {
    return policy.get();
  }

  /// Puts another policy in force; requests that are being decided finish with the old one. What is
  /// switched by hand stays.
  public void swap(Policy next) {
    policy.updateAndGet(old -> next.under(old.switches()));
  }

  /// Puts other switches in force, above whatever policy is.
  public void flip(Switches switches) {
    policy.updateAndGet(old -> old.under(switches));
  }

  /// Decides on a request. A literal that no address rule permits is refused here, before anything
  /// is dialled.
  ///
  /// @param request empty for a CONNECT, of which nothing but the destination is seen
  public Decision decide(Identified identified, Optional<RequestSight> request) {
    Destination destination = identified.requested().destination();
    Decision decision =
        policy.get().decide(identified.client(), destination, request, identified.requested().at());
    if (decision.permit().isEmpty()) {
      return mayShowMore(identified, decision)
          ? decision.withdrawn(Reason.CREDENTIALS_MISSING)
          : decision;
    }
    if (isForbiddenLiteral(decision.permit().get())) {
      return decision.withdrawn(Reason.ADDRESS_NOT_ALLOWED);
    }
    // TRACE would echo fields that the gate or other hops have added (RFC 9110 section 9.3.8).
    return identified.requested().facts().method().equals(TRACE)
        ? decision.withdrawn(Reason.METHOD_NOT_ALLOWED)
        : decision;
  }

  /// Whether the client has no profile only because it showed no credentials. It must be asked: git
  /// sends its first CONNECT without the credentials that it has, and shows them after a 407 alone.
  private boolean mayShowMore(Identified identified, Decision decision) {
    return decision.reason() == Reason.UNASSIGNED
        && !identified.client().isProven()
        && credentialsHelp.getAsBoolean();
  }

  /// Whether a permit extends to this address.
  public boolean permits(Permit permit, InetAddress address) {
    return permit.permits(address, nat64);
  }

  private boolean isForbiddenLiteral(Permit permit) {
    return permit.destination().host() instanceof Host.Literal(InetAddress address)
        && !permits(permit, address);
  }
}
