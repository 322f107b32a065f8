package dev.sallyport.rules.check;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.SpecialRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// The finite partition of all hosts that some patterns induce: no pattern tells two hosts of one
/// cell apart, so that one host of each cell stands for all of them.
///
/// For names the cells are every name that a pattern writes, what else lies below each of them, and
/// everything else; for literals the spans between the first and last addresses of the ranges.
final class HostCells {
  /// A label that no pattern writes is this, made longer as often as needed.
  private static final String FRESH = "x";

  /// One cell.
  sealed interface Cell {
    /// A host of the cell.
    Host host();

    /// A name that a pattern writes.
    record Written(Host.Name host) implements Cell {}

    /// What lies below a written name, without what is written below it and below that.
    record Under(Host.Name name, Host host) implements Cell {}

    /// The names that are neither written nor below a written one.
    record Elsewhere(Host host) implements Cell {}

    /// The literals of one span.
    record Span(AddressSpan span) implements Cell {
      @Override
      public Host host() {
        return new Host.Literal(span.first());
      }
    }
  }

  private final List<Cell> cells = new ArrayList<>();
  private final SequencedMap<String, Host.Name> written = new LinkedHashMap<>();
  private final Map<String, List<Host.Name>> inside = new HashMap<>();

  private HostCells() {}

  /// The cells of these patterns.
  static HostCells of(Collection<HostPattern> patterns) {
    HostCells cells = new HostCells();
    List<Cidr> ranges = new ArrayList<>();
    for (HostPattern pattern : patterns) {
      switch (pattern) {
        case HostPattern.Exact(var name) -> cells.written.putIfAbsent(name.text(), name);
        case HostPattern.Below(var name) -> cells.written.putIfAbsent(name.text(), name);
        case HostPattern.Domain(var name) -> cells.written.putIfAbsent(name.text(), name);
        case HostPattern.Addresses(var range) -> ranges.add(range);
        case HostPattern.Any() -> {}
      }
    }
    // The address guard tells the special ranges apart, whatever the patterns say.
    SpecialRange.all().forEach(special -> ranges.add(special.range()));
    cells.names();
    AddressSpan.of(ranges).forEach(span -> cells.cells.add(new Cell.Span(span)));
    return cells;
  }

  /// Every cell.
  List<Cell> all() {
    return cells;
  }

  /// The written names directly inside a written one: those with no other written name between.
  List<Host.Name> inside(Host.Name name) {
    return inside.getOrDefault(name.text(), List.of());
  }

  /// The written names that lie below no other.
  List<Host.Name> outermost() {
    return inside.getOrDefault("", List.of());
  }

  private void names() {
    String fresh = fresh();
    for (Host.Name name : written.values()) {
      cells.add(new Cell.Written(name));
      parse(fresh + "." + name.text()).ifPresent(host -> cells.add(new Cell.Under(name, host)));
      inside.computeIfAbsent(enclosing(name), key -> new ArrayList<>(1)).add(name);
    }
    parse(fresh).ifPresent(host -> cells.add(new Cell.Elsewhere(host)));
  }

  /// The nearest written name above; empty when there is none.
  private String enclosing(Host.Name name) {
    String rest = name.text();
    for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
      rest = rest.substring(dot + 1);
      if (written.containsKey(rest)) {
        return rest;
      }
    }
    return "";
  }

  private String fresh() {
    Set<String> labels = new HashSet<>();
    written.values().forEach(name -> labels.addAll(name.labels()));
    StringBuilder fresh = new StringBuilder(FRESH);
    while (labels.contains(fresh.toString())) {
      fresh.append(FRESH);
    }
    return fresh.toString();
  }

  /// Nothing lies below a name that is as long as names get.
  private static Optional<Host> parse(String text) {
    try {
      return Optional.of(Host.parse(text));
    } catch (MalformedHostException tooLong) {
      return Optional.empty();
    }
  }
}
