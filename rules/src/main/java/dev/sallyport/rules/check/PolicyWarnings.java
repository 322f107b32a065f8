package dev.sallyport.rules.check;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.ReportMode;
import dev.sallyport.rules.SpecialRange;
import dev.sallyport.rules.TrafficClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds what a reviewer of a policy should look at twice.
public final class PolicyWarnings {
  private static final Comparator<Warning> ORDER =
      Comparator.comparing((Warning warning) -> warning.place().file())
          .thenComparingInt(warning -> warning.place().line())
          .thenComparingInt(warning -> warning.place().column());

  /// How long before its end an exception is mentioned.
  static final Duration SOON = Duration.ofDays(30);

  private final PolicySource source;
  private final Instant at;
  private final List<Warning> found = new ArrayList<>();

  private PolicyWarnings(PolicySource source, Instant at) {
    this.source = source;
    this.at = at;
  }

  /// Every warning, by place.
  ///
  /// @param at the time for which exceptions and report modes are judged
  public static List<Warning> of(Policy policy, Instant at) {
    PolicyWarnings warnings = new PolicyWarnings(policy.source(), at);
    warnings.collect();
    return warnings.found.stream().sorted(ORDER).toList();
  }

  private void collect() {
    for (PolicySource.ClassSource from : source.classes()) {
      from.allow().forEach(this::entry);
      from.report().ifPresent(mode -> report("class `" + from.name() + "`", mode, from.place()));
    }
    for (Profile profile : source.profiles()) {
      profile
          .report()
          .ifPresent(mode -> report("profile `" + profile.name() + "`", mode, profile.place()));
    }
    source.report().ifPresent(mode -> report("the policy", mode, start()));
    found.addAll(UnreachableEntries.in(source));
    found.addAll(TreatmentOverlaps.in(source));
    found.addAll(SharedHostWarnings.in(source));
    found.addAll(AssignWarnings.in(source.assign()));
    unusedClasses();
    unassignedProfiles();
  }

  private void entry(Entry entry) {
    switch (entry.tunnel().opening()) {
      case TLS_WITH_NAME -> {}
      case TLS_NAME_OPTIONAL -> {
        // For an address literal no server name is the norm (RFC 6066 section 3).
        if (!(entry.hosts() instanceof HostPattern.Addresses)) {
          warn(entry, "`sni: absent` lets TLS through that does not say which host it is for");
        }
      }
      case ANYTHING ->
          warn(entry, "`tunnel: any` lets any protocol through; only host and port are checked");
    }
    if (entry.hosts() instanceof HostPattern.Any) {
      warn(entry, "`any: true` allows every host; " + acceptedBy(entry));
    }
    if (entry.hosts() instanceof HostPattern.Addresses(Cidr range)) {
      opened("address", range, entry);
    }
    if (SharedHostWarnings.isWholeSuffix(entry.hosts())) {
      warn(
          entry,
          "`"
              + RuleText.of(entry.hosts())
              + "` allows every name below a public suffix: anybody can have one");
    }
    entry.resolvesTo().forEach(range -> opened("resolves-to", range, entry));
    entry.exception().ifPresent(terms -> exception(entry, terms));
  }

  private void exception(Entry entry, ExceptionTerms terms) {
    String named = "exception " + terms.id() + " of " + terms.owner();
    if (!terms.isInForce(at)) {
      warn(entry, named + " ended at " + terms.expires() + "; remove it, or renew it");
    } else if (!terms.isInForce(at.plus(SOON))) {
      warn(entry, named + " ends at " + terms.expires());
    }
  }

  private void report(String what, ReportMode mode, Place place) {
    String text =
        mode.isInForce(at)
            ? what + " only reports until " + mode.until() + ", by word of " + mode.owner()
            : what + " was to report until " + mode.until() + " and enforces now";
    found.add(new Warning(place, text));
  }

  /// Where the policy's first file begins.
  private Place start() {
    return new Place(source.assignPlace().file(), 1, 1);
  }

  private static String acceptedBy(Entry entry) {
    return entry
        .acceptRisk()
        .map(who -> "risk accepted: " + who)
        .orElse("nobody accepted the risk");
  }

  private void opened(String key, Cidr range, Entry entry) {
    // The table is narrow before wide; the widest range says best what is opened.
    List<SpecialRange> opened = SpecialRange.openedBy(range);
    if (!opened.isEmpty()) {
      warn(
          entry,
          "`" + key + ": " + range + "` opens addresses that are not public: " + opened.getLast());
    }
  }

  private void unusedClasses() {
    Set<TrafficClass> used = new HashSet<>();
    source.profiles().forEach(profile -> used.addAll(profile.classes()));
    for (PolicySource.ClassSource from : source.classes()) {
      if (!used.contains(from.name())) {
        found.add(new Warning(from.place(), "no profile has class `" + from.name() + "`"));
      }
    }
  }

  private void unassignedProfiles() {
    Set<String> assigned = new HashSet<>();
    source.assign().stream().map(Assignment::profile).forEach(assigned::add);
    for (Profile profile : source.profiles()) {
      if (!assigned.contains(profile.name())) {
        found.add(
            new Warning(profile.place(), "nobody is assigned profile `" + profile.name() + "`"));
      }
    }
  }

  private void warn(Entry entry, String text) {
    found.add(new Warning(entry.rule().place(), text));
  }
}
