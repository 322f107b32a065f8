package dev.sallyport.rules;

import dev.sallyport.rules.EntrySearch.Indexed;
import dev.sallyport.rules.EntrySearch.Question;
import dev.sallyport.rules.EntrySearch.Ranked;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What one author's files say, indexed. A policy asks one or two of these and nobody else does.
final class Layer {
  private final PolicySource source;
  private final PolicyStamp stamp;
  private final HostIndex<DenyRule> deny;
  private final HostIndex<Indexed> entries;
  private final Map<String, Ranked> profiles;
  private final List<Assignment> assign;
  private final Set<CertificateName> certificates;

  Layer(PolicySource source, PolicyStamp stamp) {
    this.source = source;
    this.stamp = stamp;
    this.deny = HostIndex.of(source.deny(), DenyRule::hosts);
    List<Indexed> all = new ArrayList<>();
    Map<TrafficClass, Integer> numbers = new HashMap<>();
    for (PolicySource.ClassSource from : source.classes()) {
      int number = numbers.size();
      numbers.put(from.name(), number);
      for (Entry entry : from.allow()) {
        all.add(new Indexed(entry, from, from.treatment(entry), number, all.size()));
      }
    }
    this.entries = HostIndex.of(all, indexed -> indexed.entry().hosts());
    this.profiles = new HashMap<>();
    for (Profile profile : source.profiles()) {
      profiles.put(profile.name(), Ranked.of(profile, numbers));
    }
    this.assign = source.assign();
    this.certificates = certificates(source);
  }

  private static Set<CertificateName> certificates(PolicySource source) {
    return Stream.concat(
            source.assign().stream().flatMap(line -> line.all().stream()),
            source.exceptions().stream().flatMap(terms -> terms.clients().stream()))
        .flatMap(
            condition ->
                condition instanceof Assignment.Condition.Certified(var name)
                    ? Stream.of(name)
                    : Stream.empty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Layer(Layer same, PolicyStamp stamp, Map<String, Ranked> profiles) {
    this.source = same.source;
    this.stamp = stamp;
    this.deny = same.deny;
    this.entries = same.entries;
    this.profiles = profiles;
    this.assign = same.assign;
    this.certificates = same.certificates;
  }

  /// The same, whose decisions carry another stamp.
  Layer stamped(PolicyStamp other) {
    return new Layer(this, other, profiles);
  }

  /// The same, where each profile that has this class has no other.
  Layer only(TrafficClass one) {
    Map<String, Ranked> narrow = new HashMap<>();
    profiles.forEach((name, ranked) -> narrow.put(name, ranked.only(one)));
    return new Layer(this, stamp, narrow);
  }

  PolicyStamp stamp() {
    return stamp;
  }

  PolicySource source() {
    return source;
  }

  /// Decides for a client.
  ///
  /// @param glass a report mode from outside the files, if one is on
  Decision decide(
      ClientIdentity client,
      Destination destination,
      Optional<RequestSight> request,
      Instant at,
      Optional<ReportMode> glass) {
    for (Assignment assignment : assign) {
      if (assignment.matches(client)) {
        return judge(
            new Question(
                Optional.of(client),
                assignment.profile(),
                identifiedBy(client, assignment),
                destination,
                request,
                at,
                glass));
      }
    }
    return unassigned(client, destination, request);
  }

  /// Decides for whoever has a profile.
  Decision decide(Question question) {
    return judge(question);
  }

  private Decision judge(Question question) {
    Optional<String> profile = Optional.of(question.profile());
    DenySearch denied = new DenySearch(question.destination(), question.request());
    deny.visit(question.destination().host(), denied);
    if (denied.found != null) {
      return denied(denied.found, profile, question.identifiedBy());
    }
    Ranked ranked = profiles.get(question.profile());
    if (ranked == null) {
      return deny(
          Reason.UNASSIGNED, Optional.empty(), question.identifiedBy(), source.assignPlace());
    }
    EntrySearch search = new EntrySearch(ranked, question, denied.looksAtPath);
    entries.visit(question.destination().host(), search);
    if (search.looksAtPath && search.form.isAmbiguous()) {
      return ambiguous(question, search.form);
    }
    return search.best == null ? refusal(question, ranked, search) : allowed(question, search);
  }

  private Decision allowed(Question question, EntrySearch search) {
    Indexed best = Objects.requireNonNull(search.best);
    return Decision.allow(
        question.destination(),
        best.entry(),
        best.trafficClass(),
        search.treatment,
        question.profile(),
        stamp,
        question.identifiedBy());
  }

  /// Input that two readers could understand differently is malformed, and that is never reported
  /// away: behind it could be what a deny rule forbids.
  private Decision ambiguous(Question question, PathForm form) {
    return Decision.deny(
        Reason.MALFORMED,
        Optional.empty(),
        Optional.of(question.profile()),
        Optional.empty(),
        stamp,
        question.identifiedBy(),
        form.sentence());
  }

  private Decision refusal(Question question, Ranked ranked, EntrySearch search) {
    Indexed nearest = search.nearest;
    Optional<String> profile = Optional.of(question.profile());
    Decision refused;
    if (nearest != null) {
      refused =
          Decision.deny(
              search.miss,
              Optional.of(nearest.trafficClass()),
              profile,
              Optional.of(nearest.entry().rule()),
              stamp,
              question.identifiedBy(),
              "");
    } else if (ranked.profile.unknown() == UnknownHosts.ASK) {
      RuleRef rule = new RuleRef("profile:" + question.profile(), ranked.profile.place());
      refused = Decision.ask(question.profile(), rule, stamp, question.identifiedBy());
    } else {
      refused = deny(Reason.NOT_LISTED, profile, question.identifiedBy(), ranked.profile.place());
    }
    return isReported(question, ranked.profile, nearest)
        ? refused.reported(reported(question.destination(), nearest, search.treatment))
        : refused;
  }

  private boolean isReported(Question question, Profile profile, @Nullable Indexed nearest) {
    return Stream.of(
            question.glass(),
            source.report(),
            profile.report(),
            nearest == null ? Optional.<ReportMode>empty() : nearest.from().report())
        .flatMap(Optional::stream)
        .anyMatch(mode -> mode.isInForce(question.at()));
  }

  /// What enforcement would refuse goes through as a tunnel; only where some entry for the host
  /// looks at requests is the connection open already.
  private static Permit reported(
      Destination destination, @Nullable Indexed nearest, Treatment treatment) {
    return nearest == null
        ? Permit.unlisted(destination)
        : Permit.of(destination, nearest.entry(), treatment);
  }

  /// Every rule that stands for a host.
  HostRules rulesFor(Host host) {
    List<DenyRule> denied = new ArrayList<>(0);
    deny.visit(host, denied::add);
    List<Indexed> listed = new ArrayList<>(0);
    entries.visit(host, listed::add);
    return HostRules.of(denied, listed);
  }

  /// The deny rule that forbids a destination or a request, if one does.
  Optional<DenyRule> deniedBy(Destination destination, Optional<RequestSight> request) {
    DenySearch search = new DenySearch(destination, request);
    deny.visit(destination.host(), search);
    return Optional.ofNullable(search.found);
  }

  /// The profile that a client gets; empty when no assignment matches.
  Optional<String> profileOf(ClientIdentity client) {
    for (Assignment assignment : assign) {
      if (assignment.matches(client)) {
        return Optional.of(assignment.profile());
      }
    }
    return Optional.empty();
  }

  /// The certificates that the files name.
  Set<CertificateName> certificates() {
    return certificates;
  }

  /// When something in the files begins or ceases to count, in no order.
  Stream<Instant> changes() {
    Stream<ReportMode> modes =
        Stream.of(
                Stream.of(source.report()),
                source.profiles().stream().map(Profile::report),
                source.classes().stream().map(PolicySource.ClassSource::report))
            .flatMap(each -> each)
            .flatMap(Optional::stream);
    return Stream.concat(
        source.exceptions().stream().map(ExceptionTerms::expires), modes.map(ReportMode::until));
  }

  /// Whether some clients are known by the address that they come from.
  boolean assignsAddresses() {
    return assign.stream()
        .flatMap(line -> line.all().stream())
        .anyMatch(Assignment.Condition.From.class::isInstance);
  }

  private Decision unassigned(
      ClientIdentity client, Destination destination, Optional<RequestSight> request) {
    IdentityMethod method = method(client);
    Optional<DenyRule> denied = deniedBy(destination, request);
    if (denied.isPresent()) {
      return denied(denied.get(), Optional.empty(), method);
    }
    return deny(Reason.UNASSIGNED, Optional.empty(), method, source.assignPlace());
  }

  private Decision denied(DenyRule rule, Optional<String> profile, IdentityMethod identifiedBy) {
    return Decision.deny(
        Reason.DENIED_BY_RULE,
        Optional.empty(),
        profile,
        Optional.of(rule.rule()),
        stamp,
        identifiedBy,
        rule.why());
  }

  private Decision deny(
      Reason reason, Optional<String> profile, IdentityMethod identifiedBy, Place place) {
    String id = profile.map(name -> "profile:" + name).orElse("assign");
    return Decision.deny(
        reason,
        Optional.empty(),
        profile,
        Optional.of(new RuleRef(id, place)),
        stamp,
        identifiedBy,
        "");
  }

  private static IdentityMethod identifiedBy(ClientIdentity client, Assignment assignment) {
    IdentityMethod method = method(client);
    if (method != IdentityMethod.NONE) {
      return method;
    }
    if (assignment.all().stream().anyMatch(Assignment.Condition.From.class::isInstance)) {
      return IdentityMethod.ADDRESS;
    }
    boolean byListener =
        assignment.all().stream().anyMatch(Assignment.Condition.Through.class::isInstance);
    return byListener ? IdentityMethod.LISTENER : method;
  }

  static IdentityMethod method(ClientIdentity client) {
    return switch (client.proof()) {
      case ClientIdentity.Proof.Token token -> IdentityMethod.TOKEN;
      case ClientIdentity.Proof.Certificate certificate -> IdentityMethod.MTLS;
      case ClientIdentity.Proof.OwnListener own -> IdentityMethod.LISTENER;
      case ClientIdentity.Proof.Nothing nothing -> IdentityMethod.NONE;
    };
  }
}
