package dev.sallyport.proxy.config;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.Spelling;
import dev.sallyport.rules.load.YamlFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Settings from outside the file: environment variables, and above them `--set`. They are laid
/// over the file's own nodes before anything is read, so that the same checks meet them; their
/// places name the variable or the option. Values are never quoted in a problem here: one may be a
/// parent proxy's URL with its password.
final class Overrides {
  /// Variables that begin like settings and are the launcher's.
  private static final List<String> LAUNCHER_VARIABLES =
      List.of("SALLYPORT_HOME", "SALLYPORT_GATE_TOKEN");

  /// Beginning of further variables of the launcher.
  private static final String LAUNCHER_PREFIX = "SALLYPORT_JAVA";

  private final Problems problems;
  private final List<Given> found = new ArrayList<>();

  private Overrides(Problems problems) {
    this.problems = problems;
  }

  /// @param node what stands in place of the file's value
  private record Given(SettingName name, Node node) {}

  /// Reads what the environment and the options say.
  ///
  /// @param sets each `name=value`; the last of several for one name counts
  static Overrides of(Map<String, String> environment, List<String> sets, Problems problems) {
    Overrides overrides = new Overrides(problems);
    new TreeMap<>(environment).forEach(overrides::variable);
    sets.forEach(overrides::option);
    return overrides;
  }

  /// The names that were given.
  Collection<String> names() {
    return found.stream().map(given -> given.name().dotted()).toList();
  }

  /// The file's mapping with every override in its place.
  Node.Mapping over(Node.Mapping file) {
    Node.Mapping result = file;
    for (Given given : found) {
      result = with(result, given.name().keys(), given.node());
    }
    return result;
  }

  private void variable(String variable, String value) {
    // An empty variable counts as unset: compose files make such when nothing is given.
    if (!variable.startsWith(SettingName.ENVIRONMENT_PREFIX)
        || LAUNCHER_VARIABLES.contains(variable)
        || variable.startsWith(LAUNCHER_PREFIX)
        || value.isEmpty()) {
      return;
    }
    Optional<SettingName> name = SettingName.ofVariable(variable);
    if (name.isPresent()) {
      add(name.get(), variable, value);
    } else {
      unknown(
          outside(variable),
          "this environment variable names no setting",
          variable,
          SettingName.all().stream().map(SettingName::variable).toList());
    }
  }

  private void option(String option) {
    int equals = option.indexOf('=');
    if (equals < 0 || equals == option.length() - 1) {
      problems.add(
          outside("--set"),
          "a name, `=` and a value are expected",
          "write `audit.file=/var/log/sallyport.jsonl`");
      return;
    }
    String dotted = option.substring(0, equals);
    Optional<SettingName> name = SettingName.ofDotted(dotted);
    if (name.isPresent()) {
      add(name.get(), "--set " + dotted, option.substring(equals + 1));
    } else {
      unknown(
          outside("--set"),
          Problem.quote(dotted) + " is no setting that can be given here",
          dotted,
          SettingName.all().stream().map(SettingName::dotted).toList());
    }
  }

  private void add(SettingName name, String origin, String value) {
    Optional<Node> node =
        switch (name.form()) {
          case PLAIN -> Optional.of(new Node.Scalar(outside(origin), value, Node.Style.PLAIN));
          case YAML -> YamlFile.read(origin, value, problems);
        };
    node.ifPresent(read -> found.add(new Given(name, read)));
  }

  private void unknown(Place place, String what, String given, List<String> known) {
    String hint =
        Spelling.suggestion(given, known)
            .orElse("settings are named by the keys of `sallyport.yaml`");
    problems.add(place, what, hint);
  }

  private static Place outside(String origin) {
    return Place.whole(origin);
  }

  /// A mapping with a value in its place.
  static Node.Mapping with(Node.Mapping mapping, List<String> keys, Node value) {
    String key = keys.getFirst();
    Optional<Node.Field> old = mapping.field(key);
    List<String> rest = keys.subList(1, keys.size());
    Node inner =
        rest.isEmpty()
            ? value
            : old.map(Node.Field::value)
                .filter(node -> !node.isNothing())
                .map(node -> below(node, rest, value))
                .orElseGet(() -> with(new Node.Mapping(value.place(), List.of()), rest, value));
    Place place = rest.isEmpty() ? value.place() : old.map(Node.Field::place).orElse(value.place());
    List<Node.Field> fields = new ArrayList<>(mapping.fields());
    fields.removeIf(field -> field.name().equals(key));
    fields.add(new Node.Field(place, key, inner));
    return new Node.Mapping(mapping.place(), fields);
  }

  private static Node below(Node old, List<String> keys, Node value) {
    // Where the file has something else than a mapping, that is what has to be said.
    return old instanceof Node.Mapping mapping ? with(mapping, keys, value) : old;
  }
}
