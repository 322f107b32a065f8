package dev.sallyport.rules.check;

import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A comparison of two policies for people and for programs.
public final class DiffReport {
  /// Clients that a title names; more are counted.
  private static final int CLIENTS_NAMED = 4;

  private final PolicyDiff diff;

  private DiffReport(PolicyDiff diff) {
    this.diff = diff;
  }

  /// The comparison for a person, line by line.
  public static List<String> lines(PolicyDiff diff) {
    return new DiffReport(diff).lines();
  }

  /// The same as plain data: maps with keys in a fixed order, lists, texts and truth values.
  public static Map<String, Object> data(PolicyDiff diff) {
    return new DiffReport(diff).data();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "from " + diff.before().stamp().shortText() + " to " + diff.after().stamp().shortText());
    for (PolicyDiff.View view : diff.views()) {
      lines.add("");
      lines.add(title(view));
      Optional<Change.Kind> last = Optional.empty();
      for (PolicyDiff.Group group : view.groups()) {
        Change change = group.change();
        if (last.isEmpty() || last.get() != change.kind()) {
          lines.add("  " + change.kind().words());
          last = Optional.of(change.kind());
        }
        group.regions().forEach(region -> lines.add("    " + line(change, region)));
      }
    }
    lines.add("");
    lines.add(verdict());
    return lines;
  }

  private static String line(Change change, Region region) {
    String name = change.after().isEmpty() ? change.before() : change.after();
    String how =
        change.differences().isEmpty() ? "" : ": " + String.join("; ", change.differences());
    String places = region.places();
    return "%-14s  %s%s%s"
        .formatted(name, region.text(), how, places.isEmpty() ? "" : "  " + places);
  }

  private static String title(PolicyDiff.View view) {
    if (view.clients().isEmpty()) {
      String name = view.after().or(view::before).orElse("");
      String age =
          view.before().isEmpty()
              ? ", which is new"
              : view.after().isEmpty() ? ", which is gone" : "";
      return "profile " + name + age;
    }
    int more = view.clients().size() - CLIENTS_NAMED;
    String named =
        String.join(
            "; ", view.clients().subList(0, Math.min(CLIENTS_NAMED, view.clients().size())));
    return "clients with "
        + named
        + (more > 0 ? " and " + more + " more" : "")
        + ": "
        + profile(view.before())
        + " before, "
        + profile(view.after())
        + " now";
  }

  private static String profile(Optional<String> name) {
    return name.map(known -> "profile " + known).orElse("no profile");
  }

  /// The last line: whether anything widens.
  private String verdict() {
    if (diff.views().isEmpty()) {
      return "nothing that can be reached changes";
    }
    return diff.widens()
        ? "the new policy lets more through"
        : "the new policy lets no more through";
  }

  private Map<String, Object> data() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("widens", diff.widens());
    data.put("before", stamp(diff.before().stamp().name(), diff.before().stamp().version()));
    data.put("after", stamp(diff.after().stamp().name(), diff.after().stamp().version()));
    data.put("views", diff.views().stream().map(DiffReport::data).toList());
    return data;
  }

  private static Map<String, Object> stamp(String name, String version) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("policy", name);
    data.put("version", version);
    return data;
  }

  private static Map<String, Object> data(PolicyDiff.View view) {
    Map<String, Object> data = new LinkedHashMap<>();
    view.before().ifPresent(name -> data.put("profile-before", name));
    view.after().ifPresent(name -> data.put("profile-after", name));
    data.put("clients", view.clients());
    List<Object> changes = new ArrayList<>();
    for (PolicyDiff.Group group : view.groups()) {
      group.regions().forEach(region -> changes.add(data(group.change(), region)));
    }
    data.put("changes", changes);
    return data;
  }

  private static Map<String, Object> data(Change change, Region region) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("change", change.kind().name().toLowerCase(Locale.ROOT));
    data.put("widens", change.widens());
    if (!change.before().isEmpty()) {
      data.put("class-before", change.before());
    }
    if (!change.after().isEmpty()) {
      data.put("class-after", change.after());
    }
    data.put("hosts", region.area().text());
    Map<String, Object> ports = new LinkedHashMap<>();
    for (Scheme scheme : Scheme.values()) {
      Optional.ofNullable(region.ports().get(scheme))
          .ifPresent(set -> ports.put(scheme.text(), data(set)));
    }
    data.put("ports", ports);
    data.put("differences", change.differences());
    data.put(
        "rules",
        region.rules().stream().map(RuleRef::place).map(place -> place.fileAndLine()).toList());
    return data;
  }

  private static Map<String, Object> data(PortSet ports) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put(ports.others() ? "all-but" : "only", List.copyOf(ports.ports()));
    return data;
  }
}
