package dev.sallyport.rules.catalog;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.RequestConditions;
import dev.sallyport.rules.load.YamlFile;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads one catalogue: `vendor`, `about` and `zones`, each a `zone` with `hosts` that are named
/// relative to it. With `regions`, what holds `{region}` stands once for each. For one thread.
final class ZoneFile {
  /// Stands for the zone itself, as in DNS zone files (RFC 1035 section 5.1).
  private static final String APEX = "@";

  /// Stands for each region in turn.
  private static final String REGION = "{region}";

  private static final Pattern WORD = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private final Problems problems;
  private final List<CatalogEntry> entries = new ArrayList<>();
  private final Set<Object> seen = new HashSet<>();
  private List<String> regions = List.of();

  private ZoneFile(Problems problems) {
    this.problems = problems;
  }

  /// Reads a catalogue.
  ///
  /// @param file what problems name as the file
  /// @return the catalogue; empty when anything is wrong, and then there is a problem that says
  ///   what
  static Optional<Catalog> read(String file, String text, Problems problems) {
    return YamlFile.read(file, text, problems)
        .flatMap(document -> Fields.of("a catalogue", document, problems))
        .flatMap(fields -> new ZoneFile(problems).catalog(fields));
  }

  private Optional<Catalog> catalog(Fields fields) {
    String vendor = word(fields, "vendor");
    String about = text(fields, "about");
    regions =
        fields.texts("regions").stream().map(each -> word(fields, "regions", each.text())).toList();
    List<Node> zones = fields.list("zones");
    if (zones.isEmpty()) {
      fields.problem("zones", "a catalogue has at least one zone", "write `zones: [...]`");
    }
    zones.forEach(zone -> Fields.of("a zone", zone, problems).ifPresent(this::zone));
    fields.finish();
    return problems.isEmpty()
        ? Optional.of(new Catalog(vendor, about, regions, entries))
        : Optional.empty();
  }

  private void zone(Fields fields) {
    String zone = text(fields, "zone");
    List<Node> hosts = fields.list("hosts");
    if (hosts.isEmpty()) {
      fields.problem("hosts", "a zone has at least one host", "write `hosts: [...]`");
    }
    for (Node host : hosts) {
      Fields.of("a host", host, problems).ifPresent(each -> hosts(zone, each));
    }
    fields.finish();
  }

  /// One host, or the same in each region.
  private void hosts(String zone, Fields fields) {
    boolean regional = Stream.of("host", "part").allMatch(key -> holdsRegion(fields, key));
    if (!regional) {
      host(zone, fields, "");
    }
    for (String region : regional ? regions : List.<String>of()) {
      host(zone, fields, region);
    }
    if (regional && regions.isEmpty()) {
      fields.problem("part", "`{region}` needs `regions`", "list them at the top of the file");
    }
    fields.finish();
  }

  private static boolean holdsRegion(Fields fields, String key) {
    return fields.has(key) && fields.text(key).filter(text -> text.contains(REGION)).isPresent();
  }

  private void host(String zone, Fields fields, String region) {
    Optional<HostPattern> exact = name(fields, "host", zone, region).map(HostPattern.Exact::new);
    Optional<HostPattern> below =
        name(fields, "subdomains-of", zone, region).map(HostPattern.Below::new);
    if (fields.has("host") == fields.has("subdomains-of")) {
      fields.problem("host", "a host has either `host` or `subdomains-of`", "write one of them");
    }
    String part = word(fields, "part", text(fields, "part").replace(REGION, region));
    String trafficClass = word(fields, "class");
    String purpose = text(fields, "purpose");
    boolean required =
        fields.choice("need", List.of("required", "optional")).equals(Optional.of("required"));
    if (!fields.has("need")) {
      fields.problem("need", "`need` is missing", "write `required` or `optional`");
    }
    String source = text(fields, "source");
    LocalDate date = date(fields);
    List<RequestRules> requests = requests(fields);
    exact
        .or(() -> below)
        .map(
            hosts ->
                new CatalogEntry(
                    hosts,
                    part,
                    new TrafficClass(trafficClass),
                    purpose,
                    required,
                    source,
                    date,
                    requests))
        .ifPresent(entry -> add(entry, fields));
  }

  private List<RequestRules> requests(Fields fields) {
    boolean slash = fields.choice("encoded-slash", List.of("allow")).isPresent();
    List<RequestRules> requests = new ArrayList<>();
    for (Node item : fields.list("requests")) {
      Fields.of("a request", item, problems)
          .map(each -> RequestConditions.read(each, problems))
          .ifPresent(each -> requests.add(new RequestRules(List.of(each), slash)));
    }
    return requests;
  }

  private void add(CatalogEntry entry, Fields fields) {
    if (!seen.add(List.of(entry.pattern(), entry.part()))) {
      fields.problem(
          "host", "this host stands twice in part " + Problem.quote(entry.part()), "remove one");
    }
    entries.add(entry);
  }

  /// The full name of a host. It must be canonical as written, so that a search through the files
  /// finds it.
  private Optional<Host.Name> name(Fields fields, String key, String zone, String region) {
    Optional<String> text = fields.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String written = text.get();
    if (written.equals(zone) || written.endsWith("." + zone)) {
      fields.problem(
          key,
          Problem.quote(written) + " repeats its zone",
          "write it relative to the zone, or `@`");
      return Optional.empty();
    }
    String relative = written.replace(REGION, region);
    String full = relative.equals(APEX) ? zone : relative + "." + zone;
    try {
      if (Host.parse(full) instanceof Host.Name name && name.text().equals(full)) {
        return Optional.of(name);
      }
      fields.problem(
          key,
          Problem.quote(full) + " is not a canonical name",
          "write it in lower case, without a dot at its end");
    } catch (MalformedHostException wrong) {
      fields.problem(
          key,
          Problem.quote(full) + " is not a host: " + wrong.getMessage(),
          "write a name relative to the zone");
    }
    return Optional.empty();
  }

  private LocalDate date(Fields fields) {
    String written = text(fields, "date");
    try {
      return LocalDate.parse(written);
    } catch (DateTimeParseException wrong) {
      fields.problem(
          "date", Problem.quote(written) + " is not a date", "write it as in `2026-11-21`");
      return LocalDate.EPOCH;
    }
  }

  private String word(Fields fields, String key) {
    return word(fields, key, text(fields, key));
  }

  private String word(Fields fields, String key, String written) {
    if (!WORD.matcher(written).matches()) {
      fields.problem(
          key,
          Problem.quote(written) + " is not a word",
          "write lower-case letters, digits and hyphens");
    }
    return written;
  }

  private String text(Fields fields, String key) {
    Optional<String> written = fields.text(key);
    if (written.isEmpty()) {
      fields.problem(key, Problem.quote(key) + " is missing", "write it");
    }
    return written.orElse("");
  }
}
