package dev.sallyport.rules.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What one vendor's product needs.
///
/// @param vendor the word in policies
/// @param about what the product is, in a few words
/// @param hosts every host in the order of the file; a host that two parts need stands here twice
public record Catalog(String vendor, String about, List<CatalogEntry> hosts) {
  public Catalog {
    hosts = List.copyOf(hosts);
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

  /// The hosts of all parts, each once: the first entry for a host stays.
  public List<CatalogEntry> distinct() {
    Set<Object> seen = new HashSet<>();
    return hosts.stream().filter(entry -> seen.add(entry.pattern())).toList();
  }
}
