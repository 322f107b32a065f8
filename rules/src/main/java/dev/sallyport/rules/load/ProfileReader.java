package dev.sallyport.rules.load;

import dev.sallyport.rules.Profile;
import dev.sallyport.rules.TrafficClass;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// Reads one profile: the classes that its clients may use, in order.
final class ProfileReader {
  private final References references;
  private final Problems problems;

  ProfileReader(References references, Problems problems) {
    this.references = references;
    this.problems = problems;
  }

  /// Reads what stands behind a profile's name. A profile without classes allows nothing.
  Profile read(Node.Field field) {
    Optional<Fields> fields =
        Fields.of("the profile " + Problem.quote(field.name()), field.value(), problems);
    List<TrafficClass> classes = fields.map(this::classes).orElse(List.of());
    return new Profile(field.name(), classes, field.place());
  }

  private List<TrafficClass> classes(Fields fields) {
    fields.notYet(Language.PROFILE_NOT_YET);
    SequencedSet<TrafficClass> classes = new LinkedHashSet<>();
    for (Node.Scalar name : fields.texts("classes")) {
      references.toClass(name);
      if (!classes.add(new TrafficClass(name.text()))) {
        problems.add(
            name.place(), Problem.quote(name.text()) + " is listed twice", "keep one of them");
      }
    }
    fields
        .choice("unknown", List.of("deny", "ask"))
        .filter("ask"::equals)
        .ifPresent(ask -> fields.problem("unknown", Fields.notSupported("unknown: ask"), ""));
    fields.finish();
    return List.copyOf(classes);
  }
}
