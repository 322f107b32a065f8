package dev.sallyport.rules.check;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the catalogue part that a host belongs to.
public final class CatalogIndex {
  private final Catalogs catalogs;
  private final Map<String, Found> exact = new HashMap<>();
  private final Map<String, Found> below = new HashMap<>();

  /// What a host was found in.
  ///
  /// @param part `VENDOR/PART`
  public record Found(String part, CatalogEntry entry) {}

  private CatalogIndex(Catalogs catalogs) {
    this.catalogs = catalogs;
    for (String name : catalogs.names()) {
      if (name.indexOf('/') > 0) {
        catalogs.expand(name).ifPresent(hosts -> hosts.forEach(host -> add(name, host)));
      }
    }
  }

  /// An index of the built-in catalogues.
  public static CatalogIndex builtIn() {
    return new CatalogIndex(Catalogs.builtIn());
  }

  /// The part that lists the host itself, else one that lists the names above it. Where several do,
  /// one for which the host is required comes first, then one that narrows requests there, then the
  /// one that opens the fewest hosts, then the first by name.
  public Optional<Found> find(Host host) {
    if (!(host instanceof Host.Name name)) {
      return Optional.empty();
    }
    Optional<Found> found = Optional.ofNullable(exact.get(name.text()));
    String rest = name.text();
    for (int dot = rest.indexOf('.'); found.isEmpty() && dot >= 0; dot = rest.indexOf('.')) {
      rest = rest.substring(dot + 1);
      found = Optional.ofNullable(below.get(rest));
    }
    return found;
  }

  private void add(String part, CatalogEntry entry) {
    Found found = new Found(part, entry);
    switch (entry.pattern()) {
      case HostPattern.Exact(var name) -> exact.merge(name.text(), found, this::better);
      case HostPattern.Below(var name) -> below.merge(name.text(), found, this::better);
      case HostPattern.Domain _, HostPattern.Addresses _, HostPattern.Any _ -> {}
    }
  }

  private Found better(Found first, Found second) {
    Comparator<Found> order =
        Comparator.comparing((Found found) -> !found.entry.required())
            .thenComparing(found -> found.entry.requests().isEmpty())
            .thenComparingInt(found -> opens(found.part));
    return order.compare(second, first) < 0 ? second : first;
  }

  /// How many hosts, or suffixes, a part opens.
  public int opens(String part) {
    return catalogs.expand(part).map(List::size).orElse(0);
  }
}
