package dev.sallyport.rules;

import java.util.Optional;

/// What a policy says of one client and one destination, with everything that a person needs to
/// understand it. Only a policy makes one that allows; a refusal for other reasons is made by
/// [#refused].
public final class Decision {
  private final Outcome outcome;
  private final Reason reason;
  private final Optional<TrafficClass> trafficClass;
  private final Optional<String> profile;
  private final Optional<RuleRef> rule;
  private final Treatment treatment;
  private final PolicyStamp policy;
  private final IdentityMethod identifiedBy;
  private final String detail;
  private final Optional<Permit> permit;
  private final Optional<Would> would;

  private Decision(
      Outcome outcome,
      Reason reason,
      Optional<TrafficClass> trafficClass,
      Optional<String> profile,
      Optional<RuleRef> rule,
      Treatment treatment,
      PolicyStamp policy,
      IdentityMethod identifiedBy,
      String detail,
      Optional<Permit> permit,
      Optional<Would> would) {
    this.outcome = outcome;
    this.reason = reason;
    this.trafficClass = trafficClass;
    this.profile = profile;
    this.rule = rule;
    this.treatment = treatment;
    this.policy = policy;
    this.identifiedBy = identifiedBy;
    this.detail = detail;
    this.permit = permit;
    this.would = would;
  }

  /// What enforcement would have said of something that report mode lets through: deny or ask, and
  /// why.
  public record Would(Outcome outcome, Reason reason) {}

  /// A refusal that no policy entry makes: malformed input, credentials, limits, a failing audit.
  ///
  /// @param policy the policy in force at the time
  public static Decision refused(Reason reason, PolicyStamp policy, IdentityMethod identifiedBy) {
    return new Decision(
        Outcome.DENY,
        reason,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Treatment.TUNNEL,
        policy,
        identifiedBy,
        "",
        Optional.empty(),
        Optional.empty());
  }

  /// This decision taken back for a reason that came up later, such as the first bytes of a tunnel
  /// or an address. Class, profile, rule and policy stay, so that the record shows what had allowed
  /// it.
  public Decision withdrawn(Reason later) {
    return new Decision(
        Outcome.DENY,
        later,
        trafficClass,
        profile,
        rule,
        treatment,
        policy,
        identifiedBy,
        "",
        Optional.empty(),
        Optional.empty());
  }

  /// This decision on a WebSocket whose entry is not one for a POST too.
  Decision withoutPost() {
    return deny(
        Reason.METHOD_NOT_ALLOWED,
        trafficClass,
        profile,
        rule,
        policy,
        identifiedBy,
        "what a WebSocket carries up is not read, so its entry has to allow GET and POST");
  }

  /// This decision on a connection that is treated otherwise than the policy alone would say: a
  /// request within an intercepted one, a refusal in band.
  public Decision treated(Treatment really) {
    return new Decision(
        outcome,
        reason,
        trafficClass,
        profile,
        rule,
        really,
        policy,
        identifiedBy,
        detail,
        permit,
        would);
  }

  static Decision allow(
      Destination destination,
      Entry entry,
      TrafficClass trafficClass,
      Treatment treatment,
      String profile,
      PolicyStamp policy,
      IdentityMethod identifiedBy) {
    return new Decision(
        Outcome.ALLOW,
        entry.exception().isPresent() ? Reason.EXCEPTION : Reason.LISTED,
        Optional.of(trafficClass),
        Optional.of(profile),
        Optional.of(entry.rule()),
        treatment,
        policy,
        identifiedBy,
        "",
        Optional.of(Permit.of(destination, entry, treatment)),
        Optional.empty());
  }

  /// A host that nobody listed, in a profile that has a person asked.
  static Decision ask(
      String profile, RuleRef rule, PolicyStamp policy, IdentityMethod identifiedBy) {
    return new Decision(
        Outcome.ASK,
        Reason.ASK_PENDING,
        Optional.empty(),
        Optional.of(profile),
        Optional.of(rule),
        Treatment.TUNNEL,
        policy,
        identifiedBy,
        "",
        Optional.empty(),
        Optional.empty());
  }

  static Decision deny(
      Reason reason,
      Optional<TrafficClass> trafficClass,
      Optional<String> profile,
      Optional<RuleRef> rule,
      PolicyStamp policy,
      IdentityMethod identifiedBy,
      String detail) {
    return new Decision(
        Outcome.DENY,
        reason,
        trafficClass,
        profile,
        rule,
        Treatment.TUNNEL,
        policy,
        identifiedBy,
        detail,
        Optional.empty(),
        Optional.empty());
  }

  /// This refusal let through by report mode: what it says stays, and that it would have refused.
  Decision reported(Permit permit) {
    return new Decision(
        Outcome.ALLOW,
        Reason.REPORTED,
        trafficClass,
        profile,
        rule,
        permit.treatment(),
        policy,
        identifiedBy,
        detail,
        Optional.of(permit),
        Optional.of(new Would(outcome, reason)));
  }

  /// This decision taken back by the kill switch.
  Decision killed(Kill kill) {
    return deny(
        Reason.KILLED,
        trafficClass,
        profile,
        Optional.of(kill.rule()),
        policy,
        identifiedBy,
        kill.reason());
  }

  /// This decision within the bounds of one that allows too: the stricter treatment and bounds. A
  /// refusal stays as it is.
  Decision within(Decision bound) {
    if (permit.isEmpty() || bound.permit.isEmpty()) {
      return this;
    }
    Permit both = permit.get().within(bound.permit.get());
    return new Decision(
        outcome,
        bound.reason == Reason.REPORTED ? Reason.REPORTED : reason,
        trafficClass,
        profile,
        rule,
        both.treatment(),
        policy,
        identifiedBy,
        detail,
        Optional.of(both),
        would.or(() -> bound.would));
  }

  public Outcome outcome() {
    return outcome;
  }

  public Reason reason() {
    return reason;
  }

  /// The class whose entry allowed it, or whose entry came nearest.
  public Optional<TrafficClass> trafficClass() {
    return trafficClass;
  }

  /// The client's profile; empty when none is assigned.
  public Optional<String> profile() {
    return profile;
  }

  /// The entry or deny rule that decided or came nearest; for an unlisted host the profile, for an
  /// unassigned client the list of assignments.
  public Optional<RuleRef> rule() {
    return rule;
  }

  public Treatment treatment() {
    return treatment;
  }

  public PolicyStamp policy() {
    return policy;
  }

  public IdentityMethod identifiedBy() {
    return identifiedBy;
  }

  /// More for a person, in the policy author's words; empty when there is none.
  public String detail() {
    return detail;
  }

  /// The permit to connect; present exactly when the outcome is allow.
  public Optional<Permit> permit() {
    return permit;
  }

  /// The exception that allowed it; present exactly when the reason is `exception`.
  public Optional<ExceptionTerms> exception() {
    return permit.flatMap(Permit::exception);
  }

  /// What enforcement would have done; present exactly when the reason is `reported`.
  public Optional<Would> would() {
    return would;
  }
}
