package dev.sallyport.rules.load;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.ReportMode;
import dev.sallyport.rules.TrafficClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads traffic classes: how they are treated, and their allowlists. Exceptions add to them later.
final class ClassReader {
  private final InterceptedClasses intercepted;
  private final RuleIds ids;
  private final Problems problems;
  private final Map<String, Terms> terms = new HashMap<>();

  ClassReader(InterceptedClasses intercepted, RuleIds ids, Problems problems) {
    this.intercepted = intercepted;
    this.ids = ids;
    this.problems = problems;
  }

  /// Reads what stands behind a class's name. A class without `allow`, or with an empty one, allows
  /// nothing.
  ClassSource read(Node.Field field) {
    String name = field.name();
    Optional<Fields> found = Fields.of("the class " + Problem.quote(name), field.value(), problems);
    return found
        .map(fields -> read(name, field.place(), fields))
        .orElseGet(() -> source(name, Terms.NONE, List.of(), field.place(), Optional.empty()));
  }

  private ClassSource read(String name, Place place, Fields fields) {
    Terms own = new TermsReader(fields, problems).terms().intercepted(intercepted);
    terms.putIfAbsent(name, own);
    EntryReader entries = new EntryReader(name, own, Optional.empty(), ids, problems);
    List<Node> allow = fields.list("allow");
    allow.forEach(entries::read);
    Optional<ReportMode> report = ReportReader.read(fields);
    if (own.interception() != Interception.ON) {
      boolean hidden = entries.entries().isEmpty() || entries.unseeing().isPresent();
      own.sightKey().filter(_ -> hidden).ifPresent(key -> Sight.missing(fields, key));
    } else if (entries.unseeing().isPresent()) {
      Place tunnel = entries.unseeing().get();
      own.sightKey().ifPresent(key -> Sight.missing(fields, key, tunnel));
    }
    fields.finish();
    return source(name, own, entries.entries(), place, report);
  }

  /// What a class says of all its entries; nothing for a class that was not read.
  Terms terms(String name) {
    return terms.getOrDefault(name, Terms.NONE);
  }

  /// A class with more entries.
  static ClassSource with(ClassSource from, List<Entry> more) {
    List<Entry> all = new ArrayList<>(from.allow());
    all.addAll(more);
    return new ClassSource(from.name(), from.treatment(), all, from.place(), from.report());
  }

  private static ClassSource source(
      String name, Terms terms, List<Entry> entries, Place place, Optional<ReportMode> report) {
    return new ClassSource(new TrafficClass(name), terms.treatment(), entries, place, report);
  }
}
