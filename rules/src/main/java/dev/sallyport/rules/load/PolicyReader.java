package dev.sallyport.rules.load;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.ReportMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/// Reads the files of one policy, one after the other, and puts them together. Lists grow in the
/// order of the files; a name defined twice is a problem, whether in one file or in two.
final class PolicyReader {
  private final Problems problems;
  private final References references;
  private final DenyReader deny;
  private final AssignReader assign;
  private final TestReader tests;
  private final ClassReader classReader;
  private final ProfileReader profileReader;
  private final ExceptionReader exceptions;

  private final SequencedMap<String, Said<String>> texts = new LinkedHashMap<>();
  private final SequencedMap<String, Said<String>> owners = new LinkedHashMap<>();
  private final SequencedMap<String, Said<ClassSource>> classes = new LinkedHashMap<>();
  private final SequencedMap<String, Said<String>> profiles = new LinkedHashMap<>();
  private Optional<Place> assignPlace = Optional.empty();
  private Optional<ReportMode> report = Optional.empty();

  PolicyReader(InterceptedClasses intercepted, Problems problems) {
    this.problems = problems;
    RuleIds ids = new RuleIds(problems);
    this.references = new References(problems);
    this.deny = new DenyReader(ids, problems);
    this.assign = new AssignReader(ids, references, problems);
    this.tests = new TestReader(references, problems);
    this.classReader = new ClassReader(intercepted, ids, problems);
    this.profileReader = new ProfileReader(references, problems);
    this.exceptions = new ExceptionReader(ids, references, problems);
  }

  /// Reads one file.
  void read(Node document) {
    Fields.of("a policy", document, problems).ifPresent(this::read);
  }

  private void read(Fields fields) {
    version(fields);
    name(fields);
    once(fields, "contact", fields.line("contact", Language.MAX_LINE));
    once(fields, "request-url", fields.scalar("request-url").flatMap(this::url));
    owners(fields);
    define("a class", fields, "classes", classes, classReader::read);
    fields.list("deny").forEach(deny::read);
    define("a profile", fields, "profiles", profiles, profileReader::read);
    if (assignPlace.isEmpty() && fields.has("assign")) {
      assignPlace = Optional.of(fields.place("assign"));
    }
    fields.list("assign").forEach(assign::read);
    fields.list("tests").forEach(tests::read);
    fields.list("exceptions").forEach(exceptions::add);
    report(fields);
    fields.finish();
  }

  /// What all the files say together.
  ///
  /// @param start where the first file begins
  PolicySource finish(Place start) {
    Map<String, List<Entry>> added = exceptions.read(classReader);
    references.check(classes.keySet(), profiles.keySet());
    List<Profile> all = profiles.keySet().stream().map(profileReader::profile).toList();
    List<ClassSource> whole =
        classes.values().stream()
            .map(Said::value)
            .map(from -> ClassReader.with(from, added.getOrDefault(from.name().name(), List.of())))
            .toList();
    Privileges.check(assign.lines(), all, problems);
    HiddenConditions.check(whole, all, deny.rules(), problems);
    if (!texts.containsKey("name")) {
      problems.add(start, "the policy has no name", "write `name: NAME`");
    }
    Map<String, String> owned = new LinkedHashMap<>();
    owners.forEach((role, owner) -> owned.put(role, owner.value));
    return new PolicySource(
        text("name").orElse(""),
        owned,
        text("contact"),
        text("request-url"),
        whole,
        deny.rules(),
        all,
        assign.lines(),
        assignPlace.orElse(start),
        tests.tests(),
        report);
  }

  private void report(Fields fields) {
    Optional<ReportMode> found = ReportReader.read(fields);
    if (found.isPresent() && report.isPresent()) {
      fields.problem("mode", "another file says `mode: report` already", "keep one of them");
    }
    report = report.or(() -> found);
  }

  private Optional<String> text(String key) {
    return Optional.ofNullable(texts.get(key)).map(Said::value);
  }

  private void version(Fields fields) {
    Optional<Node.Scalar> version = fields.scalar("sallyport");
    if (!fields.has("sallyport")) {
      problems.add(
          fields.place(),
          "this file does not say which version of the language it is written in",
          "begin it with `sallyport: " + Language.VERSION + "`");
    } else if (version.isPresent() && !version.get().text().equals("" + Language.VERSION)) {
      problems.add(
          version.get().place(),
          "version " + Problem.quote(version.get().text()) + " of the language is not known",
          "this version of sallyport reads `sallyport: " + Language.VERSION + "`");
    }
  }

  private void name(Fields fields) {
    Optional<Node.Scalar> name = fields.scalar("name");
    name.ifPresent(given -> Names.check("a policy", given.place(), given.text(), problems));
    once(fields, "name", name.map(Node.Scalar::text));
  }

  private void owners(Fields fields) {
    Optional<Node.Mapping> mapping = fields.mapping("owners");
    if (mapping.isEmpty()) {
      return;
    }
    Fields roles = Fields.of(mapping.get(), problems);
    for (Node.Field role : mapping.get().fields()) {
      if (Names.check("a role", role.place(), role.name(), problems)) {
        roles
            .line(role.name(), Language.MAX_LINE)
            .ifPresent(owner -> define(owners, "owner", role, owner));
      }
    }
  }

  private <T> void define(
      String what,
      Fields fields,
      String key,
      SequencedMap<String, Said<T>> into,
      Function<Node.Field, T> reader) {
    fields
        .mapping(key)
        .ifPresent(
            mapping -> {
              for (Node.Field field : mapping.fields()) {
                Names.check(what, field.place(), field.name(), problems);
                define(into, what.substring(2), field, reader.apply(field));
              }
            });
  }

  private <T> void define(
      SequencedMap<String, Said<T>> into, String what, Node.Field field, T value) {
    Said<T> first = into.putIfAbsent(field.name(), new Said<>(value, field.place()));
    if (first != null) {
      problems.add(
          field.place(),
          "the "
              + what
              + " "
              + Problem.quote(field.name())
              + " is defined at "
              + first.place.fileAndLine()
              + " already",
          "keep one of them");
    }
  }

  private void once(Fields fields, String key, Optional<String> value) {
    if (value.isPresent()) {
      Said<String> first = texts.putIfAbsent(key, new Said<>(value.get(), fields.place(key)));
      if (first != null) {
        fields.problem(
            key,
            Problem.quote(key) + " stands at " + first.place.fileAndLine() + " already",
            "keep one of them");
      }
    }
  }

  private Optional<String> url(Node.Scalar scalar) {
    String text = scalar.text();
    if (text.length() <= Language.MAX_LINE && isWebUrl(text.replace("{request}", "0"))) {
      return Optional.of(text);
    }
    problems.add(
        scalar.place(),
        "`request-url` must be a URL, not " + Problem.quote(text),
        "write it as in `https://name.example/request?id={request}`");
    return Optional.empty();
  }

  private static boolean isWebUrl(String text) {
    try {
      URI uri = new URI(text);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return web && uri.getHost() != null && text.chars().allMatch(c -> c < 0x7f);
    } catch (URISyntaxException wrong) {
      return false;
    }
  }

  /// A value and where it was said first.
  private record Said<T>(T value, Place place) {}
}
