package dev.sallyport.proxy.cli;

import dev.sallyport.rules.catalog.Catalog;
import dev.sallyport.rules.catalog.Catalogs;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sallyport catalog list`: every vendor and part, with the number of hosts.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists every catalogue and its parts.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = "0:printed")
final class CatalogListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--json", description = "Print the list as JSON.")
  private boolean json;

  CatalogListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Prints; returns the exit code.
  @Override
  public Integer call() {
    List<Catalog> all = Catalogs.builtIn().all();
    if (json) {
      surroundings.out().println(Json.text(all.stream().map(CatalogListCommand::data).toList()));
      return ExitCode.OK;
    }
    all.forEach(this::print);
    return ExitCode.OK;
  }

  private void print(Catalog catalog) {
    PrintWriter out = surroundings.out();
    out.println(
        surroundings.style().title(catalog.vendor())
            + "  "
            + catalog.about()
            + surroundings.style().faint(", edition " + catalog.edition()));
    SequencedMap<String, Integer> parts = new LinkedHashMap<>();
    catalog
        .parts()
        .forEach(part -> parts.putIfAbsent(shown(catalog, part), catalog.part(part).size()));
    parts.forEach(
        (part, hosts) ->
            out.println(
                "  %-28s  %s"
                    .formatted(
                        catalog.vendor() + "/" + part, PolicyFacts.count(hosts, "host", "hosts"))));
    if (!catalog.regions().isEmpty()) {
      out.println("    REGION is one of " + String.join(", ", catalog.regions()));
    }
  }

  /// The parts of all regions are one line.
  private static String shown(Catalog catalog, String part) {
    for (String region : catalog.regions()) {
      if (part.equals(region) || part.endsWith("-" + region)) {
        return part.substring(0, part.length() - region.length()) + "REGION";
      }
    }
    return part;
  }

  private static Map<String, Object> data(Catalog catalog) {
    Map<String, Object> parts = new TreeMap<>();
    catalog.parts().forEach(part -> parts.put(part, catalog.part(part).size()));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("vendor", catalog.vendor());
    data.put("about", catalog.about());
    data.put("edition", catalog.edition().toString());
    data.put("regions", catalog.regions());
    data.put("parts", parts);
    return data;
  }
}
