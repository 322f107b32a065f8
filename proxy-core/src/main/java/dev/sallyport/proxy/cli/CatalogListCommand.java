package dev.sallyport.proxy.cli;

import dev.sallyport.rules.catalog.Catalog;
import dev.sallyport.rules.catalog.Catalogs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    List<Catalog> all = all();
    if (json) {
      surroundings.out().println(Json.text(all.stream().map(CatalogListCommand::data).toList()));
      return ExitCode.OK;
    }
    for (Catalog catalog : all) {
      surroundings
          .out()
          .println(surroundings.style().title(catalog.vendor()) + "  " + catalog.about());
      for (String part : catalog.parts()) {
        surroundings
            .out()
            .println(
                "  %-28s  %s"
                    .formatted(
                        catalog.vendor() + "/" + part,
                        PolicyFacts.count(catalog.part(part).size(), "host", "hosts")));
      }
    }
    return ExitCode.OK;
  }

  private static List<Catalog> all() {
    Catalogs catalogs = Catalogs.builtIn();
    List<Catalog> all = new ArrayList<>();
    catalogs.names().forEach(name -> catalogs.vendor(name).ifPresent(all::add));
    return all;
  }

  private static Map<String, Object> data(Catalog catalog) {
    Map<String, Object> parts = new TreeMap<>();
    catalog.parts().forEach(part -> parts.put(part, catalog.part(part).size()));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("vendor", catalog.vendor());
    data.put("about", catalog.about());
    data.put("parts", parts);
    return data;
  }
}
