package dev.sallyport.rules.check;

import dev.sallyport.rules.AddressRule;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Duties;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.SpecialRange;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// What a decision opens: whether, as what, and how it is treated.
///
/// @param duties what else is asked of the gate
/// @param messages what MCP's messages may be; empty where nothing is asked of them
/// @param basis what it rests on
/// @param ways where the host may lead; empty where nothing is allowed, and for literals, whose
///   address is judged already
record Reach(
    Outcome outcome,
    Optional<TrafficClass> trafficClass,
    Treatment treatment,
    TunnelRule tunnel,
    Duties duties,
    Optional<Messages> messages,
    Basis basis,
    Optional<Ways> ways) {

  /// What MCP's messages may be.
  ///
  /// @param methods empty means all
  /// @param tools empty means all
  record Messages(SortedSet<String> methods, SortedSet<String> tools) {
    private static Optional<Messages> of(Permit permit) {
      return permit.requests().all().stream()
          .filter(RequestRule.Mcp.class::isInstance)
          .map(RequestRule.Mcp.class::cast)
          .map(mcp -> new Messages(mcp.methods(), mcp.tools()))
          .findFirst();
    }
  }

  /// What an allowance rests on: an entry for good, or something that ends.
  ///
  /// @param words for something that ends; empty for an entry
  /// @param until when an exception ends; the end of time for all else
  record Basis(String words, Instant until) {
    /// An entry.
    static final Basis LISTED = new Basis("", Instant.MAX);

    private static Basis of(Decision decision) {
      if (decision.would().isPresent()) {
        return new Basis("report mode", Instant.MAX);
      }
      return decision
          .exception()
          .map(
              terms ->
                  new Basis(
                      "exception " + terms.id() + " until " + terms.expires(), terms.expires()))
          .orElse(LISTED);
    }
  }

  /// The addresses that a name may lead to.
  ///
  /// @param publicOnly whether special addresses are closed whatever the ranges say (`any: true`)
  record Ways(List<Cidr> ranges, boolean publicOnly) {
    private static Ways of(Permit permit) {
      return new Ways(permit.resolvesTo(), permit.hosts() instanceof HostPattern.Any);
    }

    /// Whether some address is open here that is closed there. The ranges of both and the special
    /// ones cut all addresses into spans in which nothing changes.
    boolean exceeds(Ways there) {
      if (equals(there)) {
        return false;
      }
      List<Cidr> cuts = new ArrayList<>(ranges);
      cuts.addAll(there.ranges);
      SpecialRange.all().forEach(special -> cuts.add(special.range()));
      return AddressSpan.of(cuts).stream().anyMatch(span -> isOpen(span) && !there.isOpen(span));
    }

    private boolean isOpen(AddressSpan span) {
      if (publicOnly && SpecialRange.of(span.first()).isPresent()) {
        return false;
      }
      return AddressRule.permitted(span.first(), ranges, NAME);
    }
  }

  /// Stands for any name in questions to the address guard.
  private static final HostPattern NAME = name();

  /// What a decision about this host opens. A literal that the address guard refuses is closed,
  /// whatever the rules say.
  static Reach of(Host host, Decision decision) {
    Optional<Permit> permit = decision.permit().filter(open -> isOpen(host, open));
    if (decision.outcome() == Outcome.ALLOW && permit.isEmpty()) {
      return closed(Outcome.DENY, decision);
    }
    return permit
        .map(
            open ->
                new Reach(
                    Outcome.ALLOW,
                    decision.trafficClass(),
                    open.treatment(),
                    open.tunnel(),
                    open.duties(),
                    Messages.of(open),
                    Basis.of(decision),
                    host instanceof Host.Name ? Optional.of(Ways.of(open)) : Optional.empty()))
        .orElseGet(() -> closed(decision.outcome(), decision));
  }

  private static Reach closed(Outcome outcome, Decision decision) {
    Optional<TrafficClass> asked =
        outcome == Outcome.ASK ? decision.trafficClass() : Optional.empty();
    return new Reach(
        outcome,
        asked,
        Treatment.TUNNEL,
        TunnelRule.STRICT,
        Duties.NONE,
        Optional.empty(),
        Basis.LISTED,
        Optional.empty());
  }

  private static boolean isOpen(Host host, Permit permit) {
    return switch (host) {
      case Host.Name _ -> true;
      case Host.Literal(var address) ->
          AddressRule.permitted(address, permit.resolvesTo(), permit.hosts());
    };
  }

  private static HostPattern name() {
    try {
      return new HostPattern.Exact((Host.Name) Host.parse("x"));
    } catch (MalformedHostException impossible) {
      throw new IllegalStateException("a letter is a name", impossible);
    }
  }

  /// The class by name; empty where none is.
  String className() {
    return trafficClass.map(TrafficClass::name).orElse("");
  }
}
