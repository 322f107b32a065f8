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
      Optional<Permit> permit) {
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
  }

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
        Optional.empty());
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
        Reason.LISTED,
        Optional.of(trafficClass),
        Optional.of(profile),
        Optional.of(entry.rule()),
        treatment,
        policy,
        identifiedBy,
        "",
        Optional.of(new Permit(destination, entry, treatment)));
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
        Optional.empty());
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
}
