package dev.sallyport.rules.check;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.ExpectedDecision;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource.ClassSource;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds entries that no test of the policy shows to be needed: an entry is shown by a test that
/// allows something by it, and would not if it were taken out. What stands in one line of the file
/// is one entry, also when a catalogue made many of it.
public final class Examples {
  private final Policy policy;
  private final Instant at;
  private final Map<Place, Set<Place>> notAlone = new HashMap<>();

  private Examples(Policy policy, Instant at) {
    this.policy = policy;
    this.at = at;
  }

  /// One finding for each entry without such a test, in the order of the classes. Exceptions that
  /// have ended are left out. Takes time proportional to the number of tests times that of rules.
  ///
  /// @param at the time for which the policy is judged
  public static List<Warning> missing(Policy policy, Instant at) {
    Examples examples = new Examples(policy, at);
    Map<Place, Entry> lines = examples.lines();
    Set<Place> shown = new HashSet<>();
    for (ExpectedDecision test : policy.source().tests()) {
      examples
          .decidedBy(test, policy)
          .filter(lines::containsKey)
          .ifPresent(
              line -> {
                if (!shown.contains(line) && examples.alone(test, line)) {
                  shown.add(line);
                }
              });
    }
    return lines.entrySet().stream()
        .filter(line -> !shown.contains(line.getKey()))
        .map(line -> examples.finding(line.getKey(), line.getValue()))
        .toList();
  }

  private Map<Place, Entry> lines() {
    Map<Place, Entry> lines = new LinkedHashMap<>();
    for (ClassSource from : policy.source().classes()) {
      for (Entry entry : from.allow()) {
        if (entry.exception().filter(terms -> !terms.isInForce(at)).isEmpty()) {
          lines.putIfAbsent(entry.rule().place(), entry);
        }
      }
    }
    return lines;
  }

  /// The line that allows what a test asks for.
  private Optional<Place> decidedBy(ExpectedDecision test, Policy by) {
    Decision decision = PolicyTests.decide(by, test.who(), test.destination(), test.request(), at);
    boolean allowed =
        test.outcome() == Outcome.ALLOW
            && decision.outcome() == Outcome.ALLOW
            && decision.would().isEmpty();
    return allowed ? decision.rule().map(rule -> rule.place()) : Optional.empty();
  }

  private boolean alone(ExpectedDecision test, Place line) {
    Optional<Place> instead = decidedBy(test, without(line));
    instead.ifPresent(other -> notAlone.computeIfAbsent(line, key -> new HashSet<>()).add(other));
    return instead.isEmpty();
  }

  private Policy without(Place line) {
    List<ClassSource> classes =
        policy.source().classes().stream().map(from -> without(line, from)).toList();
    return Policy.of(policy.source().withClasses(classes));
  }

  private static ClassSource without(Place line, ClassSource from) {
    List<Entry> rest =
        from.allow().stream().filter(entry -> !entry.rule().place().equals(line)).toList();
    return new ClassSource(from.name(), from.treatment(), rest, from.place(), from.report());
  }

  private Warning finding(Place line, Entry entry) {
    String words =
        entry.catalog().map(part -> "catalog: " + part).orElse(RuleText.of(entry.hosts()));
    Optional<Place> other =
        notAlone.getOrDefault(line, Set.of()).stream().min(Comparator.comparing(Place::toString));
    String text =
        other
            .map(
                place ->
                    "no test needs `"
                        + words
                        + "`: the rule at "
                        + place.fileAndLine()
                        + " allows the same without it")
            .orElse("no test is allowed by `" + words + "`");
    return new Warning(line, text);
  }
}
