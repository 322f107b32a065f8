package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.ReportMode;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.UnknownHosts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/// Reads profiles: the classes that their clients may use, in order, listed or taken over from
/// another profile. A profile may be named before it is defined, so [#profile] comes after all were
/// read.
final class ProfileReader {
  private final References references;
  private final Problems problems;
  private final Map<String, Written> written = new HashMap<>();

  ProfileReader(References references, Problems problems) {
    this.references = references;
    this.problems = problems;
  }

  /// A profile as it stands in the file.
  private record Written(
      Place place,
      List<TrafficClass> classes,
      Optional<Node.Scalar> like,
      List<Node.Scalar> without,
      Optional<UnknownHosts> unknown,
      Optional<ReportMode> report) {}

  /// Reads what stands behind a profile's name. A profile without classes allows nothing.
  ///
  /// @return the name, for which [#profile] gives the profile in the end
  String read(Node.Field field) {
    Written profile =
        Fields.of("the profile " + Problem.quote(field.name()), field.value(), problems)
            .map(fields -> read(field.place(), fields))
            .orElse(
                new Written(
                    field.place(),
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty()));
    written.putIfAbsent(field.name(), profile);
    return field.name();
  }

  private Written read(Place place, Fields fields) {
    Optional<Node.Scalar> like = fields.scalar("like");
    like.ifPresent(references::toProfile);
    List<Node.Scalar> without = fields.texts("without");
    without.forEach(references::toClass);
    SequencedSet<TrafficClass> classes = classes(fields);
    if (like.isPresent() && fields.has("classes")) {
      fields.problem(
          "like", "`like` and `classes` stand in one profile", "list the classes, or say without");
    }
    if (like.isEmpty() && fields.has("without")) {
      fields.problem("without", "`without` takes from a profile that `like` names", "remove it");
    }
    Optional<UnknownHosts> unknown =
        fields
            .choice("unknown", List.of("deny", "ask"))
            .map(word -> word.equals("ask") ? UnknownHosts.ASK : UnknownHosts.DENY);
    Optional<ReportMode> report = ReportReader.read(fields);
    fields.finish();
    return new Written(place, List.copyOf(classes), like, without, unknown, report);
  }

  private SequencedSet<TrafficClass> classes(Fields fields) {
    SequencedSet<TrafficClass> classes = new LinkedHashSet<>();
    for (Node.Scalar name : fields.texts("classes")) {
      references.toClass(name);
      if (!classes.add(new TrafficClass(name.text()))) {
        problems.add(
            name.place(), Problem.quote(name.text()) + " is listed twice", "keep one of them");
      }
    }
    return classes;
  }

  /// A profile with everything that it takes over. Report mode is not taken over: it has an owner,
  /// who answered for the other profile.
  Profile profile(String name) {
    Written own = written.get(name);
    if (own == null) {
      throw new IllegalArgumentException("no such profile was read");
    }
    return new Profile(name, classes(name, new HashSet<>()), own.place, unknown(name), own.report);
  }

  private List<TrafficClass> classes(String name, Set<String> seen) {
    Written own = written.get(name);
    if (own == null || own.like.isEmpty()) {
      return own == null ? List.of() : own.classes;
    }
    Node.Scalar like = own.like.get();
    if (!seen.add(name)) {
      problems.add(
          like.place(), "profile " + Problem.quote(name) + " is like itself", "list its classes");
      return List.of();
    }
    List<TrafficClass> classes = new ArrayList<>(classes(like.text(), seen));
    for (Node.Scalar without : own.without) {
      // Only where it stands: what is like this one does not repeat the problem.
      if (!classes.remove(new TrafficClass(without.text())) && seen.size() == 1) {
        problems.add(
            without.place(),
            "profile "
                + Problem.quote(like.text())
                + " has no class "
                + Problem.quote(without.text()),
            "remove it");
      }
    }
    return classes;
  }

  private UnknownHosts unknown(String name) {
    Set<String> seen = new HashSet<>();
    Optional<String> at = Optional.of(name);
    while (at.isPresent() && seen.add(at.get())) {
      Optional<Written> own = Optional.ofNullable(written.get(at.get()));
      Optional<UnknownHosts> said = own.flatMap(Written::unknown);
      if (said.isPresent()) {
        return said.get();
      }
      at = own.flatMap(Written::like).map(Node.Scalar::text);
    }
    return UnknownHosts.DENY;
  }
}
