package dev.sallyport.proxy.state;

import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.Switches;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The state file's YAML, read as strictly as a policy and written in one form. Its last line says
/// how many items stand above, so that a file cut short is never taken for a whole one.
final class StateText {
  private static final String HEADER =
      """
      # What is switched by hand at this gate. Written by `sallyport kill`, `unkill` and
      # `break-glass`; a gate that cannot read it does not start.
      """;

  private final Problems problems = new Problems();

  private StateText() {}

  static GateState read(Path file) throws IOException, LoadException {
    StateText text = new StateText();
    Optional<GateState> state =
        YamlFile.read(file, text.problems)
            .flatMap(node -> Fields.of("a state file", node, text.problems))
            .map(text::state);
    text.problems.throwIfAny();
    return state.orElse(GateState.NONE);
  }

  private GateState state(Fields root) {
    List<Kill> kills = new ArrayList<>();
    for (Node item : root.list("kills")) {
      Fields.of("a kill switch", item, problems).flatMap(this::kill).ifPresent(kills::add);
    }
    List<BreakGlass> glasses = new ArrayList<>();
    for (Node item : root.list("break-glass")) {
      Fields.of("a break-glass", item, problems).flatMap(this::glass).ifPresent(glasses::add);
    }
    TreeSet<String> told = new TreeSet<>();
    root.texts("told").forEach(scalar -> told.add(scalar.text()));
    int items = kills.size() + glasses.size() + told.size();
    Optional<Integer> said = root.integer("items", 0, Integer.MAX_VALUE);
    if (said.isEmpty() || said.get() != items) {
      root.problem("items", "the file is not whole", "");
    }
    root.finish();
    return new GateState(Switches.of(kills, glasses), told);
  }

  private Optional<Kill> kill(Fields fields) {
    Optional<Kill.Target> target = KillTargets.read(fields);
    Optional<String> reason = fields.text("reason");
    Optional<String> by = fields.text("by");
    Optional<Instant> at = fields.timestamp("at");
    fields.finish();
    if (target.isEmpty() || reason.isEmpty() || by.isEmpty() || at.isEmpty()) {
      problems.add(fields.place(), "this kill switch cannot be read", "");
      return Optional.empty();
    }
    return Optional.of(new Kill(target.get(), reason.get(), by.get(), at.get()));
  }

  private Optional<BreakGlass> glass(Fields fields) {
    Optional<String> id = fields.text("id");
    Optional<String> reason = fields.text("reason");
    Optional<String> by = fields.text("by");
    Optional<Instant> at = fields.timestamp("at");
    Optional<Instant> until = fields.timestamp("until");
    fields.finish();
    if (id.isEmpty() || reason.isEmpty() || by.isEmpty() || at.isEmpty() || until.isEmpty()) {
      problems.add(fields.place(), "this break-glass cannot be read", "");
      return Optional.empty();
    }
    return Optional.of(new BreakGlass(id.get(), reason.get(), by.get(), at.get(), until.get()));
  }

  /// The whole file for this state.
  static String write(GateState state) {
    StringBuilder out = new StringBuilder(HEADER);
    List<Kill> kills = state.switches().kills();
    List<BreakGlass> glasses = state.switches().glasses();
    out.append(kills.isEmpty() ? "kills: []\n" : "kills:\n");
    for (Kill kill : kills) {
      out.append("  - {").append(KillTargets.kind(kill.target())).append(": ");
      out.append(quoted(KillTargets.value(kill.target())));
      said(out, kill.reason(), kill.by(), kill.at());
      out.append("}\n");
    }
    out.append(glasses.isEmpty() ? "break-glass: []\n" : "break-glass:\n");
    for (BreakGlass glass : glasses) {
      out.append("  - {id: ").append(quoted(glass.id()));
      said(out, glass.reason(), glass.by(), glass.at());
      out.append(", until: ").append(glass.until()).append("}\n");
    }
    out.append(state.told().isEmpty() ? "told: []\n" : "told:\n");
    state.told().forEach(end -> out.append("  - ").append(quoted(end)).append('\n'));
    int items = kills.size() + glasses.size() + state.told().size();
    return out.append("items: ").append(items).append('\n').toString();
  }

  private static void said(StringBuilder out, String reason, String by, Instant at) {
    out.append(", reason: ").append(quoted(reason));
    out.append(", by: ").append(quoted(by));
    out.append(", at: ").append(at);
  }

  /// A YAML scalar in single quotes, in which only the quote itself needs doubling. What is written
  /// has no line ends and no control characters.
  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
