package dev.sallyport.rules.check;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Finds the catalogue part that a host belongs to.
public final class CatalogIndex {
  private final Map<String, Found> exact = new HashMap<>();
  private final Map<String, Found> below = new HashMap<>();

  /// What a host was found in.
  ///
  /// @param part `VENDOR/PART`
  public record Found(String part, CatalogEntry entry) {}

  private CatalogIndex(Catalogs catalogs) {
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
  /// one for which the host is required comes first, then the first by name.
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
      case HostPattern.Exact(var name) -> exact.merge(name.text(), found, CatalogIndex::better);
      case HostPattern.Below(var name) -> below.merge(name.text(), found, CatalogIndex::better);
      case HostPattern.Domain _, HostPattern.Addresses _, HostPattern.Any _ -> {}
    }
  }

  private static Found better(Found first, Found second) {
    return second.entry.required() && !first.entry.required() ? second : first;
  }
}
