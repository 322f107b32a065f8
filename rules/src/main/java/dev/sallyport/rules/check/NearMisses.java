package dev.sallyport.rules.check;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.ExpectedDecision;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TrafficClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds the rules that nearly decided about a destination, by a walk over the whole policy.
final class NearMisses {
  private final Explanation.Asked asked;
  private final Destination destination;
  private final Decision decision;
  private final Set<TrafficClass> classes;
  private final List<Ranked> found = new ArrayList<>();

  private NearMisses(Explanation.Asked asked, Decision decision, Set<TrafficClass> classes) {
    this.asked = asked;
    this.destination = asked.destination();
    this.decision = decision;
    this.classes = classes;
  }

  /// The near misses of a decision, the nearest first.
  static List<NearMiss> of(PolicySource policy, Explanation.Asked asked, Decision decision) {
    Set<TrafficClass> classes = new HashSet<>();
    for (Profile profile : policy.profiles()) {
      if (decision.profile().filter(profile.name()::equals).isPresent()) {
        classes.addAll(profile.classes());
      }
    }
    NearMisses misses = new NearMisses(asked, decision, classes);
    misses.collect(policy);
    return misses.found.stream().sorted(Ranked.ORDER).map(Ranked::miss).toList();
  }

  private void collect(PolicySource policy) {
    for (DenyRule rule : policy.deny()) {
      judge(
          rule.rule(),
          rule.hosts(),
          rule.scheme(),
          rule.ports(),
          Optional.empty(),
          objections(rule.requests(), Optional.empty()));
    }
    for (PolicySource.ClassSource from : policy.classes()) {
      for (Entry entry : from.allow()) {
        judge(
            entry.rule(),
            entry.hosts(),
            entry.scheme(),
            entry.ports(),
            Optional.of(from.name()),
            objections(entry.requests(), entry.exception()));
      }
    }
  }

  private void judge(
      RuleRef rule,
      HostPattern hosts,
      SchemeRule scheme,
      Ports ports,
      Optional<TrafficClass> in,
      List<String> objections) {
    Optional<HostRelation> relation = HostRelation.of(hosts, destination.host());
    if (relation.isEmpty() || !isOfInterest(relation.get())) {
      return;
    }
    List<String> failed = failed(relation.get(), scheme, ports, in);
    if (relation.get() == HostRelation.MATCHES) {
      failed.addAll(objections);
    }
    if (failed.isEmpty()) {
      if (decision.rule().filter(rule::equals).isPresent()) {
        return;
      }
      failed.add(overtaken());
    }
    String words = (in.isEmpty() ? "deny " : "") + RuleText.of(hosts);
    found.add(new Ranked(relation.get(), found.size(), new NearMiss(rule, words, in, failed)));
  }

  /// Once something allows the host, names that are merely like it are of no interest.
  private boolean isOfInterest(HostRelation relation) {
    return relation == HostRelation.MATCHES || decision.outcome() != Outcome.ALLOW;
  }

  private List<String> failed(
      HostRelation relation, SchemeRule scheme, Ports ports, Optional<TrafficClass> in) {
    List<String> failed = new ArrayList<>();
    if (relation != HostRelation.MATCHES) {
      failed.add(relation.why());
    }
    if (!scheme.matches(destination.scheme())) {
      failed.add("it is for " + RuleText.of(scheme) + ", not " + destination.scheme().text());
    } else if (!ports.matches(destination.scheme(), destination.port())) {
      String listed = RuleText.of(ports, destination.scheme());
      failed.add("it is for port " + listed + ", not " + destination.port());
    }
    in.filter(name -> !classes.contains(name)).map(this::notInProfile).ifPresent(failed::add);
    return failed;
  }

  /// What else a rule for the host holds against the request.
  private List<String> objections(RequestRules requests, Optional<ExceptionTerms> exception) {
    List<String> objections = new ArrayList<>();
    asked
        .request()
        .flatMap(requests::objection)
        .map(Reason::sentence)
        .map(sentence -> sentence.replace("the host is listed, but not", "it is not"))
        .ifPresent(objections::add);
    exception
        .filter(terms -> !terms.isInForce(asked.at()))
        .ifPresent(
            terms -> objections.add("exception " + terms.id() + " ended " + terms.expires()));
    exception
        .filter(terms -> !terms.isFor(client()))
        .ifPresent(terms -> objections.add("exception " + terms.id() + " is for other clients"));
    return objections;
  }

  private Optional<ClientIdentity> client() {
    return switch (asked.who()) {
      case ExpectedDecision.Who.As(var client) -> Optional.of(client);
      case ExpectedDecision.Who.WithProfile _ -> Optional.empty();
    };
  }

  private String notInProfile(TrafficClass name) {
    return decision
        .profile()
        .map(profile -> "class `" + name + "` is not in profile `" + profile + "`")
        .orElse("the client has no profile");
  }

  /// Why a rule that matches wholly did not decide.
  private String overtaken() {
    return decision.outcome() == Outcome.ALLOW
        ? "it matches too, but comes later"
        : "it matches, but a deny rule wins";
  }

  private record Ranked(HostRelation relation, int order, NearMiss miss) {
    static final Comparator<Ranked> ORDER =
        Comparator.comparing(Ranked::relation)
            .thenComparingInt(each -> each.miss().failed().size())
            .thenComparingInt(Ranked::order);
  }
}
