package dev.sallyport.rules.check;

import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    diff.leftOut().forEach(what -> lines.add("not compared: " + what));
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
    Standing standing = view.standing();
    String name = standing.after().or(standing::before).orElse("");
    return switch (view.scope()) {
      case PROFILE -> "profile " + name;
      case IDLE ->
          "profile "
              + name
              + (standing.before().isEmpty()
                  ? ", which is new and which nobody gets"
                  : ", which is gone and which nobody had");
      case CLIENTS ->
          clients(view)
              + ": "
              + profile(standing.before())
              + exceptions(standing.exceptionsBefore())
              + " before, "
              + profile(standing.after())
              + exceptions(standing.exceptionsAfter())
              + " now";
      case EXCEPTED ->
          clients(view)
              + ", "
              + profile(standing.after())
              + exceptions(standing)
              + ": besides what changes for the profile";
    };
  }

  private static String clients(PolicyDiff.View view) {
    int more = view.clients().size() - CLIENTS_NAMED;
    String named =
        String.join(
            "; ", view.clients().subList(0, Math.min(CLIENTS_NAMED, view.clients().size())));
    return "clients with " + named + (more > 0 ? "; and " + more + " more" : "");
  }

  private static String exceptions(Standing standing) {
    if (standing.exceptionsBefore().equals(standing.exceptionsAfter())) {
      return exceptions(standing.exceptionsAfter()) + " before and now";
    }
    return exceptions(standing.exceptionsBefore())
        + (standing.exceptionsBefore().isEmpty() ? "" : " before")
        + exceptions(standing.exceptionsAfter())
        + (standing.exceptionsAfter().isEmpty() ? "" : " now");
  }

  private static String exceptions(Set<String> ids) {
    return ids.isEmpty() ? "" : " with exception " + String.join(", ", ids);
  }

  private static String profile(Optional<String> name) {
    return name.map(known -> "profile " + known).orElse("no profile");
  }

  /// The last line: whether anything widens.
  private String verdict() {
    if (!diff.leftOut().isEmpty()) {
      return "too much to compare in whole, so take it that the new policy lets more through";
    }
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
    data.put("left-out", diff.leftOut());
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
    Standing standing = view.standing();
    data.put("scope", view.scope().name().toLowerCase(Locale.ROOT));
    standing.before().ifPresent(name -> data.put("profile-before", name));
    standing.after().ifPresent(name -> data.put("profile-after", name));
    data.put("clients", view.clients());
    data.put("exceptions-before", List.copyOf(standing.exceptionsBefore()));
    data.put("exceptions-after", List.copyOf(standing.exceptionsAfter()));
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
    if (!region.requests().equals(RequestPart.ALL)) {
      data.put("requests", data(region.requests()));
    }
    data.put("text", region.text());
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

  private static Map<String, Object> data(RequestPart requests) {
    Map<String, Object> data = new LinkedHashMap<>();
    MethodSet methods = requests.methods();
    data.put(
        "methods", Map.of(methods.others() ? "all-but" : "only", List.copyOf(methods.names())));
    switch (requests.paths()) {
      case PathArea.Every _ -> {}
      case PathArea.Ambiguous _ -> data.put("form", "ambiguous");
      case PathArea.Matching area -> {
        data.put("path", area.text());
        data.put("but", area.except().stream().map(PathPattern::toString).toList());
        data.put(
            "encoded-slash",
            area.slashes().stream()
                .map(Enum::name)
                .sorted()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList());
      }
    }
    data.put("with", requests.terms().stream().map(Term::text).toList());
    return data;
  }
}
