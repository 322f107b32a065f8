package dev.sallyport.rules.check;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/// Puts the cells of one change together to as few regions as say the same.
final class Regions {
  /// What marks a name in `told` as standing for what is below it; no name has such a character.
  private static final String UNDER = ">";

  private final HostCells cells;
  private final Map<Scheme, PortSet> ports;
  private final RequestPart requests;
  private final Map<String, Finding> names = new HashMap<>();
  private final Map<String, Finding> unders = new HashMap<>();
  private final List<Spanned> spans = new ArrayList<>();
  private final List<Finding> elsewhere = new ArrayList<>(1);
  private final Set<String> told = new HashSet<>();
  private final List<Region> regions = new ArrayList<>();

  private Regions(HostCells cells, Map<Scheme, PortSet> ports, RequestPart requests) {
    this.cells = cells;
    this.ports = ports;
    this.requests = requests;
  }

  /// The regions of findings that all have the same ports and requests.
  static List<Region> of(
      HostCells cells, Map<Scheme, PortSet> ports, RequestPart requests, List<Finding> findings) {
    Regions regions = new Regions(cells, ports, requests);
    for (Finding finding : findings) {
      switch (finding.cell()) {
        case HostCells.Cell.Written(var name) -> regions.names.put(name.text(), finding);
        case HostCells.Cell.Under(var name, var _) -> regions.unders.put(name.text(), finding);
        case HostCells.Cell.Elsewhere _ -> regions.elsewhere.add(finding);
        case HostCells.Cell.Span(var span) -> regions.spans.add(new Spanned(span, finding));
      }
    }
    regions.collect(findings);
    return regions.regions;
  }

  private void collect(List<Finding> findings) {
    for (Finding finding : elsewhere) {
      Gathered gathered = new Gathered(finding);
      List<Host.Name> except = gathered.inside(cells.outermost());
      add(new Area.Names(except), gathered.rules);
    }
    // What lies above comes first, because it tells of all that is whole inside it.
    unders.values().stream().sorted(Comparator.comparingInt(Regions::depth)).forEach(this::under);
    for (Finding finding : findings) {
      if (finding.cell() instanceof HostCells.Cell.Written(var name) && told.add(name.text())) {
        add(new Area.One(name), new Gathered(finding).rules);
      }
    }
    spans();
  }

  private static int depth(Finding finding) {
    return finding.cell().host() instanceof Host.Name name ? name.labels().size() : 0;
  }

  private void under(Finding finding) {
    if (!(finding.cell() instanceof HostCells.Cell.Under(var name, var _))
        || told.contains(UNDER + name.text())) {
      return;
    }
    Gathered gathered = new Gathered(finding);
    Finding own = names.get(name.text());
    boolean itself = own != null;
    if (own != null) {
      told.add(name.text());
      own.rule().ifPresent(gathered.rules::add);
    }
    List<Host.Name> except = gathered.inside(cells.inside(name));
    add(new Area.Below(name, itself, except), gathered.rules);
  }

  /// Whether a written name, everything below it and everything written there is in this change.
  private boolean isWhole(Host.Name name) {
    return names.containsKey(name.text())
        && unders.containsKey(name.text())
        && cells.inside(name).stream().allMatch(this::isWhole);
  }

  private void spans() {
    for (int i = 0; i < spans.size(); i++) {
      AddressSpan span = spans.get(i).span;
      Gathered gathered = new Gathered(spans.get(i).finding);
      while (i + 1 < spans.size() && span.isBefore(spans.get(i + 1).span)) {
        i++;
        span = span.with(spans.get(i).span);
        spans.get(i).finding.rule().ifPresent(gathered.rules::add);
      }
      add(new Area.Literals(span), gathered.rules);
    }
  }

  private record Spanned(AddressSpan span, Finding finding) {}

  private void add(Area area, SequencedSet<RuleRef> rules) {
    regions.add(new Region(area, ports, requests, rules));
  }

  /// The rules of a region that grows.
  private final class Gathered {
    private final SequencedSet<RuleRef> rules = new LinkedHashSet<>();

    Gathered(Finding first) {
      first.rule().ifPresent(rules::add);
    }

    /// Takes in the names that are whole in this change; the others are exceptions.
    List<Host.Name> inside(List<Host.Name> written) {
      List<Host.Name> except = new ArrayList<>();
      for (Host.Name name : written) {
        if (isWhole(name)) {
          takeIn(name);
        } else {
          except.add(name);
        }
      }
      return except;
    }

    private void takeIn(Host.Name name) {
      told.add(name.text());
      told.add(UNDER + name.text());
      cells.inside(name).forEach(this::takeIn);
    }
  }
}
