package dev.sallyport.rules;

import dev.sallyport.rules.EntrySearch.Question;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// What may leave. An immutable snapshot, safe on any thread; the one place that decides.
///
/// It asks in this order: the kill switch, then what the files say, then, where the organisation
/// has a policy of its own above them, that one too. Only what all of them allow is allowed.
public final class Policy {
  private final Layer files;
  private final Optional<Layer> above;
  private final Switches switches;

  private Policy(Layer files, Optional<Layer> above, Switches switches) {
    this.files = files;
    this.above = above;
    this.switches = switches;
  }

  /// Indexes a policy that the loader found to be right.
  public static Policy of(PolicySource source) {
    PolicyStamp stamp = new PolicyStamp(source.name(), CanonicalForm.sha256(source));
    return new Policy(new Layer(source, stamp), Optional.empty(), Switches.NONE);
  }

  /// This policy within the bounds of another: a request passes only when both allow it, with the
  /// stricter treatment and the stricter bounds of the two. Its version is made of both.
  ///
  /// @param outer a policy of one author, as the loader makes it
  public Policy within(Policy outer) {
    PolicyStamp own = files.stamp();
    PolicyStamp both =
        new PolicyStamp(
            own.name(), CanonicalForm.sha256(List.of(outer.stamp().version(), own.version())));
    return new Policy(files.stamped(both), Optional.of(outer.files.stamped(both)), switches);
  }

  /// This policy in report mode. What stands above it is enforced as ever.
  public Policy reporting(ReportMode mode) {
    Policy own = of(source().reporting(mode));
    Policy bounded =
        above
            .map(layer -> own.within(new Policy(layer, Optional.empty(), Switches.NONE)))
            .orElse(own);
    return bounded.under(switches);
  }

  /// This policy with other switches thrown.
  public Policy under(Switches thrown) {
    return new Policy(files, above, thrown);
  }

  /// What is switched by hand.
  public Switches switches() {
    return switches;
  }

  /// Name and version.
  public PolicyStamp stamp() {
    return files.stamp();
  }

  /// What the files say.
  public PolicySource source() {
    return files.source();
  }

  /// What the files of the organisation's policy say that stands above this one.
  public Optional<PolicySource> above() {
    return above.map(Layer::source);
  }

  /// Decides for a client before anything of its requests is seen, as at CONNECT: an entry that
  /// could allow some request there is enough, and of all such entries the strictest treatment
  /// counts. Takes time proportional to the labels of the name, whatever the number of rules. An
  /// error while deciding is a deny with reason `internal-error`.
  ///
  /// @param at exceptions and report modes that have ended by then count no more
  public Decision decide(ClientIdentity client, Destination destination, Instant at) {
    return decide(client, destination, Optional.empty(), at);
  }

  /// Decides on a request, whole when it is seen; on the beginning of a WebSocket as on a GET and
  /// on a POST, since it can carry up what nobody reads.
  ///
  /// @param request empty when only the destination is known
  public Decision decide(
      ClientIdentity client, Destination destination, Optional<RequestSight> request, Instant at) {
    try {
      Optional<Kill> kill = switches.against(client, destination);
      return kill.isPresent()
          ? killed(client, kill.get())
          : BothWays.decide(request, seen -> judge(client, destination, seen, at));
    } catch (RuntimeException error) {
      return Decision.refused(Reason.INTERNAL_ERROR, stamp(), IdentityMethod.NONE);
    }
  }

  private Decision judge(
      ClientIdentity client, Destination destination, Optional<RequestSight> request, Instant at) {
    Optional<ReportMode> glass = switches.brokenAt(at).map(BreakGlass::asReportMode);
    Decision own = unlessKilled(files.decide(client, destination, request, at, glass));
    if (above.isEmpty()) {
      return own;
    }
    Decision bound = unlessKilled(above.get().decide(client, destination, request, at, glass));
    boolean boundRefuses = bound.permit().isEmpty();
    // Of two refusals that of the files speaks, unless a deny rule above them is the last word.
    boolean isLastWord = own.permit().isPresent() || bound.reason() == Reason.DENIED_BY_RULE;
    return boundRefuses && isLastWord ? bound : own.within(bound);
  }

  /// Decides before anything of a request is seen, as if the client's profile had this class alone;
  /// where it does not have it, all of its classes count.
  public Decision decideWithin(
      TrafficClass only, ClientIdentity client, Destination destination, Instant at) {
    Decision whole = decide(client, destination, at);
    try {
      return whole.permit().isEmpty()
          ? whole
          : unlessKilled(
              files.only(only).decide(client, destination, Optional.empty(), at, Optional.empty()));
    } catch (RuntimeException error) {
      return Decision.refused(Reason.INTERNAL_ERROR, stamp(), IdentityMethod.NONE);
    }
  }

  /// What a class that is switched off would have let pass. No other class steps in.
  private Decision unlessKilled(Decision decision) {
    return decision
        .permit()
        .flatMap(permit -> decision.trafficClass())
        .flatMap(switches::against)
        .map(decision::killed)
        .orElse(decision);
  }

  private Decision killed(ClientIdentity client, Kill kill) {
    return Decision.refused(Reason.KILLED, stamp(), Layer.method(client)).killed(kill);
  }

  /// Decides for whoever has a profile, before anything of its requests is seen. An unknown profile
  /// allows nothing. Asks the files alone, without what is switched by hand or stands above them.
  public Decision decide(
      String profile, IdentityMethod identifiedBy, Destination destination, Instant at) {
    return decide(profile, identifiedBy, destination, Optional.empty(), at);
  }

  /// Decides for whoever has a profile, as tests and `explain` ask. Exceptions that are for certain
  /// clients do not count, for there is no client.
  public Decision decide(
      String profile,
      IdentityMethod identifiedBy,
      Destination destination,
      Optional<RequestSight> request,
      Instant at) {
    return BothWays.decide(
        request,
        seen ->
            files.decide(
                new Question(
                    Optional.empty(),
                    profile,
                    identifiedBy,
                    destination,
                    seen,
                    at,
                    Optional.empty())));
  }

  /// Whether whoever has a profile could reach a destination: by its entries, and by those of some
  /// profile of the policy above, where there is one.
  public boolean reaches(String profile, Destination destination, Instant at) {
    return isAllowed(files, profile, destination, at)
        && above
            .map(
                layer ->
                    layer.source().profiles().stream()
                        .anyMatch(any -> isAllowed(layer, any.name(), destination, at)))
            .orElse(true);
  }

  private static boolean isAllowed(
      Layer layer, String profile, Destination destination, Instant at) {
    Question question =
        new Question(
            Optional.empty(),
            profile,
            IdentityMethod.NONE,
            destination,
            Optional.empty(),
            at,
            Optional.empty());
    return layer.decide(question).permit().isPresent();
  }

  /// The rules of the files that stand for a host, for those who want to know how a policy tells
  /// requests apart rather than what it decides.
  public HostRules rulesFor(Host host) {
    return files.rulesFor(host);
  }

  /// The deny rule that forbids a destination, if one does.
  public Optional<DenyRule> deniedBy(Destination destination) {
    return files
        .deniedBy(destination, Optional.empty())
        .or(() -> above.flatMap(layer -> layer.deniedBy(destination, Optional.empty())));
  }

  /// Why nobody may have to do with a destination, as is asked for the server name in a
  /// ClientHello: `killed` or `denied-by-rule`.
  public Optional<Reason> forbids(Destination destination) {
    return switches
        .against(destination)
        .map(kill -> Reason.KILLED)
        .or(() -> deniedBy(destination).map(rule -> Reason.DENIED_BY_RULE));
  }

  /// The profile that a client gets; empty when no assignment matches.
  public Optional<String> profileOf(ClientIdentity client) {
    return files.profileOf(client);
  }

  /// Whether some clients are known by what their certificates say.
  public boolean namesCertificates() {
    return layers().anyMatch(layer -> !layer.certificates().isEmpty());
  }

  /// What the policy knows a client by: the first that its certificate says and some line names.
  ///
  /// @param shown what the certificate says, in the order of [CertificateName.Kind]
  public Optional<CertificateName> known(Collection<CertificateName> shown) {
    return shown.stream()
        .filter(name -> layers().anyMatch(layer -> layer.certificates().contains(name)))
        .findFirst();
  }

  private Stream<Layer> layers() {
    return Stream.concat(Stream.of(files), above.stream());
  }

  /// Whether some clients are known by the address that they come from.
  public boolean assignsAddresses() {
    return files.assignsAddresses();
  }

  /// The next time at which decisions can change by themselves: an exception, a report mode or a
  /// break-glass ends.
  ///
  /// @param after what ended by then is over
  public Optional<Instant> nextChange(Instant after) {
    return Stream.of(files.changes(), above.stream().flatMap(Layer::changes), switches.changes())
        .flatMap(each -> each)
        .filter(Objects.requireNonNull(after)::isBefore)
        .min(Instant::compareTo);
  }

  /// The exceptions of all files, in force or not.
  public List<ExceptionTerms> exceptions() {
    return Stream.concat(
            source().exceptions().stream(),
            above.stream().flatMap(layer -> layer.source().exceptions().stream()))
        .distinct()
        .toList();
  }
}
