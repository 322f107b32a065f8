package dev.sallyport.rules.catalog;

import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// All catalogues by name.
public final class Catalogs {
  /// The vendors that come with the program; each has a file `VENDOR.zone.yaml` beside this class.
  private static final List<String> VENDORS =
      List.of(
          "alpine",
          "anthropic",
          "bedrock",
          "bitbucket",
          "codex",
          "copilot",
          "crates",
          "cursor",
          "debian",
          "docker-hub",
          "foundry",
          "gemini",
          "ghcr",
          "github",
          "gitlab",
          "go",
          "hugging-face",
          "jetbrains",
          "maven-central",
          "npm",
          "nuget",
          "playwright",
          "pypi",
          "rubygems",
          "ubuntu",
          "vertex",
          "vscode");

  /// Earlier editions that are kept for policies that pin one; each has a file
  /// `VENDOR@EDITION.zone.yaml`. None so far.
  private static final List<String> EARLIER = List.of();

  private final SortedMap<String, SortedMap<LocalDate, Catalog>> byVendor;

  private Catalogs(SortedMap<String, SortedMap<LocalDate, Catalog>> byVendor) {
    this.byVendor = byVendor;
  }

  /// These catalogues, each vendor in one edition or more.
  static Catalogs of(List<Catalog> all) {
    SortedMap<String, SortedMap<LocalDate, Catalog>> byVendor = new TreeMap<>();
    for (Catalog catalog : all) {
      byVendor
          .computeIfAbsent(catalog.vendor(), vendor -> new TreeMap<>())
          .put(catalog.edition(), catalog);
    }
    return new Catalogs(byVendor);
  }

  /// The catalogues that come with the program. They are read at the first call, which blocks for
  /// that long.
  ///
  /// @throws IllegalStateException when one of them is broken, which is an error of the program
  public static Catalogs builtIn() {
    return BuiltIn.CATALOGS;
  }

  /// The newest catalogue of a vendor.
  public Optional<Catalog> vendor(String name) {
    return Optional.ofNullable(byVendor.get(name))
        .map(editions -> editions.get(editions.lastKey()));
  }

  /// The editions of a vendor's catalogue, oldest first; none for an unknown vendor.
  public SortedSet<LocalDate> editions(String vendor) {
    return Optional.ofNullable(byVendor.get(vendor))
        .<SortedSet<LocalDate>>map(editions -> new TreeSet<>(editions.keySet()))
        .orElseGet(TreeSet::new);
  }

  /// The hosts that a name stands for in the newest edition, each once; empty when there is no such
  /// catalogue or part.
  ///
  /// @param vendorOrPart `VENDOR` or `VENDOR/PART`
  public Optional<List<CatalogEntry>> expand(String vendorOrPart) {
    return CatalogName.parse(vendorOrPart)
        .filter(name -> name.edition().isEmpty())
        .flatMap(this::expand);
  }

  /// The hosts that a name stands for, each once; empty when there is no such catalogue, edition or
  /// part.
  public Optional<List<CatalogEntry>> expand(CatalogName name) {
    Optional<SortedMap<LocalDate, Catalog>> editions =
        Optional.ofNullable(byVendor.get(name.vendor()));
    Optional<Catalog> catalog =
        name.edition().isEmpty()
            ? vendor(name.vendor())
            : editions.map(all -> all.get(name.edition().get()));
    return catalog
        .map(found -> name.part().map(found::part).orElseGet(found::distinct))
        .filter(hosts -> !hosts.isEmpty());
  }

  /// What to write instead of a name that [#expand] does not know, for a message.
  public String hint(String name) {
    Optional<Catalog> vendor = vendor(name.replaceFirst("[/@].*", ""));
    boolean whole = vendor.filter(known -> known.vendor().equals(name)).isPresent();
    Optional<String> region =
        vendor.flatMap(known -> known.regions().stream().findFirst().filter(_ -> whole));
    if (region.isPresent()) {
      return "name a region, as in `" + name + "/" + region.get() + "`";
    }
    return Spelling.suggestion(name, names())
        .orElseGet(
            () ->
                vendor
                    .filter(known -> known.regions().isEmpty())
                    .map(known -> "it has the parts " + String.join(", ", known.parts()))
                    .orElse("`sallyport catalog list` shows what there is"));
  }

  /// Every catalogue in its newest edition, by vendor.
  public List<Catalog> all() {
    return byVendor.keySet().stream().flatMap(vendor -> vendor(vendor).stream()).toList();
  }

  /// Everything that [#expand] knows: every `VENDOR` and every `VENDOR/PART`.
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    for (Catalog catalog : all()) {
      if (catalog.regions().isEmpty()) {
        names.add(catalog.vendor());
      }
      catalog.parts().forEach(part -> names.add(catalog.vendor() + "/" + part));
    }
    return names;
  }

  private static Catalog read(String name) {
    String file = name + ".zone.yaml";
    String vendor = name.substring(0, (name + "@").indexOf('@'));
    Problems problems = new Problems();
    try (InputStream in = Catalogs.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the catalogue " + file + " is missing from the program");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return ZoneFile.read(file, text, problems)
          .filter(catalog -> catalog.vendor().equals(vendor))
          .orElseThrow(
              () -> new IllegalStateException("the catalogue " + file + " is broken\n" + problems));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /// Read once, on first use, by whichever thread comes first.
  private static final class BuiltIn {
    static final Catalogs CATALOGS = readAll();

    private static Catalogs readAll() {
      return of(Stream.concat(VENDORS.stream(), EARLIER.stream()).map(Catalogs::read).toList());
    }
  }
}
