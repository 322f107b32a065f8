package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import java.util.List;
import java.util.Optional;

/// Reads one traffic class: how it is treated, and its allowlist.
final class ClassReader {
  private final RuleIds ids;
  private final Problems problems;

  ClassReader(RuleIds ids, Problems problems) {
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
        .orElseGet(
            () ->
                source(
                    name, Treatment.TUNNEL, new EntryReader(name, ids, problems), field.place()));
  }

  private ClassSource read(String name, Place place, Fields fields) {
    boolean intercept = fields.bool("intercept").orElse(false);
    EntryReader entries = new EntryReader(name, ids, problems);
    List<Node> allow = fields.list("allow");
    allow.forEach(entries::read);
    fields.notYet(Language.CLASS_NOT_YET).finish();
    return source(name, intercept ? Treatment.INTERCEPT : Treatment.TUNNEL, entries, place);
  }

  private static ClassSource source(
      String name, Treatment treatment, EntryReader entries, Place place) {
    return new ClassSource(new TrafficClass(name), treatment, entries.entries(), place);
  }
}
