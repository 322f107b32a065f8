package dev.sallyport.proxy.cli;

import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import dev.sallyport.rules.check.RuleText;
import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport catalog show [VENDOR[/PART]]`: the hosts by their full names, and how each is known.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows what catalogues stand for: full names, purpose, and how each is known.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:there is no such catalogue or part"})
final class CatalogShowCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "VENDOR[/PART]",
      arity = "0..1",
      description = "A catalogue or one part of it; every catalogue unless given.")
  private String name = "";

  @Option(names = "--json", description = "Print the entries as JSON.")
  private boolean json;

  CatalogShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Prints; returns the exit code.
  @Override
  public Integer call() throws CommandFailure {
    Map<String, List<CatalogEntry>> parts = parts();
    if (json) {
      List<Map<String, Object>> data = new ArrayList<>();
      parts.forEach((part, hosts) -> hosts.forEach(host -> data.add(data(part, host))));
      surroundings.out().println(Json.text(data));
    } else {
      parts.forEach(this::print);
    }
    return ExitCode.OK;
  }

  /// What was asked for, part by part.
  private Map<String, List<CatalogEntry>> parts() throws CommandFailure {
    Catalogs catalogs = Catalogs.builtIn();
    Map<String, List<CatalogEntry>> parts = new LinkedHashMap<>();
    for (String known : catalogs.names()) {
      boolean meant = name.isEmpty() || known.equals(name) || known.startsWith(name + "/");
      if (known.contains("/") && meant) {
        parts.put(known, catalogs.expand(known).orElse(List.of()));
      }
    }
    if (parts.isEmpty()) {
      throw CommandFailure.unusable(
          "there is no catalogue " + Problem.quote(name) + "; " + catalogs.hint(name));
    }
    return parts;
  }

  private void print(String part, List<CatalogEntry> hosts) {
    surroundings.out().println(surroundings.style().title(part));
    for (CatalogEntry host : hosts) {
      surroundings
          .out()
          .println(
              "  %-44s  %-14s  %-8s  %s"
                  .formatted(
                      shown(host.pattern()),
                      host.trafficClass().name(),
                      host.required() ? "required" : "optional",
                      host.purpose()));
      String source = "      " + host.source() + ", " + host.date();
      surroundings.out().println(surroundings.style().faint(source));
      for (String request : requests(host)) {
        surroundings.out().println("      where requests are seen, only " + request);
      }
    }
  }

  /// What of a host the part needs, a line for each kind of request; none for everything.
  private static List<String> requests(CatalogEntry host) {
    return host.requests().stream()
        .flatMap(rules -> rules.all().stream())
        .flatMap(
            rule ->
                rule instanceof RequestRule.Conditions conditions
                    ? Stream.of(text(conditions))
                    : Stream.empty())
        .toList();
  }

  private static String text(RequestRule.Conditions conditions) {
    String paths =
        conditions.paths().stream().map(PathPattern::toString).collect(Collectors.joining(", "));
    return (String.join(", ", conditions.methods()) + " " + paths).strip();
  }

  private static String shown(HostPattern pattern) {
    return pattern instanceof HostPattern.Exact(var exact) ? exact.text() : RuleText.of(pattern);
  }

  private static Map<String, Object> data(String part, CatalogEntry host) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("catalog", part);
    data.put("hosts", RuleText.of(host.pattern()));
    data.put("class", host.trafficClass().name());
    data.put("purpose", host.purpose());
    data.put("required", host.required());
    data.put("source", host.source());
    data.put("date", host.date().toString());
    data.put("requests", requests(host));
    return data;
  }
}
