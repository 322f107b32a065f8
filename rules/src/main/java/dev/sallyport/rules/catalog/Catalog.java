package dev.sallyport.rules.catalog;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What one vendor's product needs.
///
/// @param vendor the word in policies
/// @param about what the product is, in a few words
/// @param regions the regions in which the vendor offers it, each with parts of its own; empty when
///   there is no choice of one
/// @param hosts every host in the order of the file; a host that two parts need stands here twice
public record Catalog(String vendor, String about, List<String> regions, List<CatalogEntry> hosts) {
  public Catalog {
    regions = List.copyOf(regions);
    hosts = List.copyOf(hosts);
  }

  /// Which edition this is: the newest date of the evidence in it.
  public LocalDate edition() {
    return hosts.stream().map(CatalogEntry::date).max(LocalDate::compareTo).orElse(LocalDate.EPOCH);
  }

  /// The names of the parts.
  public SortedSet<String> parts() {
    SortedSet<String> parts = new TreeSet<>();
    hosts.forEach(entry -> parts.add(entry.part()));
    return parts;
  }

  /// The hosts of one part; empty when there is no such part.
  public List<CatalogEntry> part(String part) {
    return hosts.stream().filter(entry -> entry.part().equals(part)).toList();
  }

  /// The hosts of all parts, each once for what is needed of it. None where there is a choice of
  /// regions: who means one of them would get them all.
  public List<CatalogEntry> distinct() {
    if (!regions.isEmpty()) {
      return List.of();
    }
    Set<Object> seen = new HashSet<>();
    return hosts.stream()
        .filter(entry -> seen.add(List.of(entry.pattern(), entry.requests())))
        .toList();
  }
}
