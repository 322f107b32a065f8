package dev.sallyport.rules.load;

import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.CatalogName;
import dev.sallyport.rules.catalog.Catalogs;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;

/// Reads what stands behind `catalog:` and says what there is instead of what there is not.
final class CatalogText {
  private CatalogText() {}

  /// The hosts that are meant; empty when there is no such catalogue, part or edition.
  static Optional<List<CatalogEntry>> hosts(Node.Scalar written, Problems problems) {
    Catalogs catalogs = Catalogs.builtIn();
    Optional<CatalogName> name = CatalogName.parse(written.text());
    Optional<List<CatalogEntry>> found = name.flatMap(catalogs::expand);
    if (found.isPresent()) {
      return found;
    }
    String unpinned = written.text().replaceFirst("@.*", "");
    Optional<CatalogName> newest = CatalogName.parse(unpinned);
    if (newest.flatMap(catalogs::expand).isEmpty()) {
      problems.add(
          written.place(), "unknown catalogue " + Problem.quote(unpinned), catalogs.hint(unpinned));
    } else {
      String vendor = newest.get().vendor();
      problems.add(
          written.place(),
          "there is no edition "
              + Problem.quote(written.text().substring(unpinned.length() + 1))
              + " of catalogue "
              + Problem.quote(unpinned),
          "there is " + editions(unpinned, catalogs.editions(vendor)));
    }
    return Optional.empty();
  }

  /// The editions, the newest first, each as it would be written.
  private static String editions(String unpinned, SortedSet<LocalDate> editions) {
    return editions.reversed().stream()
        .map(edition -> Problem.quote(unpinned + "@" + edition))
        .collect(Collectors.joining(", "));
  }
}
