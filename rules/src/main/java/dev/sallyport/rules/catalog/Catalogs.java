package dev.sallyport.rules.catalog;

import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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

  private final SortedMap<String, Catalog> byVendor;

  private Catalogs(SortedMap<String, Catalog> byVendor) {
    this.byVendor = byVendor;
  }

  /// The catalogues that come with the program. They are read at the first call, which blocks for
  /// that long.
  ///
  /// @throws IllegalStateException when one of them is broken, which is an error of the program
  public static Catalogs builtIn() {
    return BuiltIn.CATALOGS;
  }

  /// The catalogue of a vendor.
  public Optional<Catalog> vendor(String name) {
    return Optional.ofNullable(byVendor.get(name));
  }

  /// The hosts that `VENDOR` or `VENDOR/PART` stands for, each once; empty when there is no such
  /// catalogue or part.
  public Optional<List<CatalogEntry>> expand(String vendorOrPart) {
    int slash = vendorOrPart.indexOf('/');
    if (slash < 0) {
      return vendor(vendorOrPart).map(Catalog::distinct).filter(hosts -> !hosts.isEmpty());
    }
    return vendor(vendorOrPart.substring(0, slash))
        .map(catalog -> catalog.part(vendorOrPart.substring(slash + 1)))
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

  /// Every catalogue, by vendor.
  public List<Catalog> all() {
    return List.copyOf(byVendor.values());
  }

  /// Everything that [#expand] knows: every `VENDOR` and every `VENDOR/PART`.
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    byVendor.forEach(
        (vendor, catalog) -> {
          if (catalog.regions().isEmpty()) {
            names.add(vendor);
          }
          catalog.parts().forEach(part -> names.add(vendor + "/" + part));
        });
    return names;
  }

  private static Catalog read(String vendor) {
    String file = vendor + ".zone.yaml";
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
      SortedMap<String, Catalog> byVendor = new TreeMap<>();
      VENDORS.forEach(vendor -> byVendor.put(vendor, read(vendor)));
      return new Catalogs(byVendor);
    }
  }
}
