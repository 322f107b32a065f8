package dev.sallyport.rules.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The catalogues that come with the program. Registry hosts are never written out here either.
class CatalogsTest {
  private static final Catalogs CATALOGS = Catalogs.builtIn();

  private static final Set<String> CLASSES =
      Set.of(
          "model",
          "authentication",
          "updates",
          "plugins",
          "telemetry",
          "packages",
          "source-control",
          "webfetch",
          "mcp");

  static Stream<Catalog> catalogs() {
    return CATALOGS.names().stream()
        .filter(name -> !name.contains("/"))
        .map(name -> CATALOGS.vendor(name).orElseThrow());
  }

  static Stream<CatalogEntry> entries() {
    return catalogs().flatMap(catalog -> catalog.hosts().stream());
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everyHostIsCanonical(CatalogEntry entry) throws MalformedHostException {
    Host.Name name = nameOf(entry);
    assertEquals(name, Host.parse(name.text()));
    assertTrue(name.labels().size() >= 2, "a whole top-level domain: " + name);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everyHostHasItsEvidence(CatalogEntry entry) {
    assertTrue(entry.source().matches("(measured with|documented in) .+"), entry.source());
    assertTrue(entry.date().isAfter(LocalDate.of(2026, 1, 1)), entry.date().toString());
    assertTrue(entry.date().isBefore(LocalDate.of(2100, 1, 1)), entry.date().toString());
    assertFalse(entry.purpose().isBlank());
    assertFalse(entry.purpose().endsWith("."));
    assertTrue(CLASSES.contains(entry.trafficClass().name()), entry.trafficClass().name());
  }

  @ParameterizedTest
  @MethodSource("catalogs")
  void noHostStandsTwiceInAPart(Catalog catalog) {
    Set<List<Object>> seen = new HashSet<>();
    for (CatalogEntry entry : catalog.hosts()) {
      assertTrue(seen.add(List.of(entry.pattern(), entry.part())), entry.toString());
    }
    Set<List<Object>> distinct = new HashSet<>();
    catalog
        .distinct()
        .forEach(entry -> assertTrue(distinct.add(List.of(entry.pattern(), entry.requests()))));
    if (catalog.regions().isEmpty()) {
      catalog
          .hosts()
          .forEach(
              entry -> assertTrue(distinct.contains(List.of(entry.pattern(), entry.requests()))));
    }
  }

  /// Suffixes are for what the vendor's documents give as one.
  @Test
  void suffixesAreFew() {
    Set<String> suffixes = new TreeSet<>();
    catalogs()
        .forEach(
            catalog ->
                catalog.hosts().stream()
                    .filter(entry -> entry.pattern() instanceof HostPattern.Below)
                    .forEach(entry -> suffixes.add(catalog.vendor() + "/" + entry.part())));
    assertEquals(
        Set.of(
            "anthropic/artifacts",
            "copilot/api",
            "copilot/individual",
            "copilot/business",
            "copilot/enterprise",
            "cursor/api",
            "cursor/updates",
            "vscode/plugins",
            "vscode/updates"),
        suffixes);
  }

  /// Every file is known, and every catalogue that there should be is there.
  @Test
  void everyFileIsACatalogue() throws IOException {
    Path folder = Path.of("src/main/resources/dev/sallyport/rules/catalog");
    Set<String> vendors = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        if (text.contains("\nvendor: ") && !file.getFileName().toString().contains("@")) {
          vendors.add(file.getFileName().toString().replace(".zone.yaml", ""));
        }
      }
    }
    assertEquals(vendors, new TreeSet<>(CATALOGS.all().stream().map(Catalog::vendor).toList()));
    assertTrue(
        vendors.containsAll(
            List.of(
                "anthropic",
                "codex",
                "copilot",
                "gemini",
                "cursor",
                "bedrock",
                "vertex",
                "foundry",
                "npm",
                "pypi",
                "maven-central",
                "crates",
                "go",
                "rubygems",
                "nuget",
                "docker-hub",
                "ghcr",
                "hugging-face",
                "debian",
                "ubuntu",
                "alpine",
                "github",
                "gitlab",
                "bitbucket",
                "vscode",
                "jetbrains",
                "playwright")));
  }

  /// Each entry is a rule that a policy takes, in a tunnel and with interception.
  @Test
  void everyNameIsALegalRule() throws LoadException {
    for (String name : CATALOGS.names()) {
      for (String intercept : List.of("false", "true", "never")) {
        Policy policy =
            PolicyLoader.load(
                name,
                "sallyport: 1\nname: one\nclasses: {c: {allow: [{catalog: "
                    + name
                    + ", intercept: "
                    + intercept
                    + "}]}}\n");
        assertFalse(policy.source().classes().getFirst().allow().isEmpty(), name);
      }
    }
  }

  @Test
  void aRegionIsAPartAndAllOfThemAreNoName() {
    assertEquals(
        List.of("bedrock-runtime.eu-west-1.amazonaws.com", "bedrock.eu-west-1.amazonaws.com"),
        hosts("bedrock/eu-west-1"));
    assertEquals(List.of("sts.eu-west-1.amazonaws.com"), hosts("bedrock/login-eu-west-1"));
    assertEquals(List.of("europe-west1-aiplatform.googleapis.com"), hosts("vertex/europe-west1"));
    assertEquals(List.of("aiplatform.googleapis.com"), hosts("vertex/global"));
    assertEquals(Optional.empty(), CATALOGS.expand("bedrock"));
    assertEquals(Optional.empty(), CATALOGS.expand("bedrock/mars-1"));
    assertFalse(CATALOGS.names().contains("bedrock"));
  }

  @ParameterizedTest
  @CsvSource({
    "bedrock, 'name a region, as in `bedrock/us-east-1`'",
    "bedrock/us-east-9, did you mean `bedrock/us-east-1`?",
    "npm/raed, did you mean `npm/read`?",
    "npm/quite-another, 'it has the parts publish, read'",
    "quite-another, '`sallyport catalog list` shows what there is'"
  })
  void aHintSaysWhatThereIs(String name, String hint) {
    assertEquals(hint, CATALOGS.hint(name));
  }

  /// Reading is GET and HEAD where requests are seen, and for npm the audits too.
  @ParameterizedTest
  @CsvSource({
    "npm/read, GET, /left-pad, true",
    "npm/read, HEAD, /left-pad/-/left-pad-1.0.0.tgz, true",
    "npm/read, GET, /@acme%2fshop, true",
    "npm/read, POST, /-/npm/v1/security/advisories/bulk, true",
    "npm/read, POST, /-/npm/v1/security/audits/quick, true",
    "npm/read, PUT, /left-pad, false",
    "npm/read, POST, /left-pad, false",
    "npm/read, DELETE, /-/package/left-pad/dist-tags/x, false",
    "npm/publish, PUT, /left-pad, true",
    "npm, PUT, /left-pad, true",
    "pypi/read, GET, /simple/requests/, true",
    "pypi/read, POST, /simple/requests/, false",
    "hugging-face/read, POST, /api/models/acme/shop/paths-info/main, true",
    "hugging-face/read, POST, /api/models/acme/shop/commit/main, false",
    "docker-hub/read, GET, /v2/library/alpine/manifests/3, true",
    "docker-hub/read, PUT, /v2/library/alpine/manifests/3, false",
  })
  void partsNarrowRequestsThatAreSeen(String name, String method, String path, boolean allowed)
      throws LoadException {
    Destination to =
        new Destination(Scheme.HTTPS, nameOf(CATALOGS.expand(name).orElseThrow().getFirst()), 443);
    RequestSight request = RequestSight.of(method, path);
    for (boolean intercept : List.of(true, false)) {
      Policy loaded =
          PolicyLoader.load(
              name,
              """
              sallyport: 1
              name: one
              classes: {c: {intercept: %s, allow: [{catalog: %s}]}}
              profiles: {p: {classes: [c]}}
              """
                  .formatted(intercept, name));
      Decision decision =
          loaded.decide("p", IdentityMethod.TOKEN, to, Optional.of(request), Instant.EPOCH);
      assertEquals(
          allowed || !intercept ? Outcome.ALLOW : Outcome.DENY,
          decision.outcome(),
          name + " " + path);
    }
  }

  @Test
  void everyNameExpandsToSomething() {
    for (String name : CATALOGS.names()) {
      assertFalse(CATALOGS.expand(name).orElseThrow().isEmpty(), name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "npm/",
        "/read",
        "npm/no",
        "no",
        "NPM",
        "npm/read/x",
        "npm@2025-01-01",
        "npm@",
        " npm"
      })
  void otherNamesExpandToNothing(String name) {
    assertEquals(Optional.empty(), CATALOGS.expand(name));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic/api, api.anthropic.com",
    "anthropic/login, claude.ai claude.com platform.claude.com",
    "anthropic/plugins, downloads.claude.ai github.com",
    "github/git, github.com",
    "github/raw, raw.githubusercontent.com",
    "gitlab/git, gitlab.com",
  })
  void partsExpandToExactHosts(String name, String hosts) {
    assertEquals(List.of(hosts.split(" ")), hosts(name));
  }

  @Test
  void aVendorIsAllItsPartsEachHostOnce() {
    List<CatalogEntry> github = CATALOGS.expand("github").orElseThrow();
    assertEquals(CATALOGS.vendor("github").orElseThrow().hosts().size() - 1, github.size());
    assertEquals(new TrafficClass("source-control"), github.getFirst().trafficClass());
  }

  /// Installing reads only: what uploads to a host of its own is not in `read`.
  @Test
  void readingDoesNotOpenUploads() {
    Set<HostPattern> read = new HashSet<>();
    for (String name : List.of("pypi/read", "crates/read", "nuget/read")) {
      CATALOGS.expand(name).orElseThrow().forEach(entry -> read.add(entry.pattern()));
    }
    for (String name : List.of("pypi/publish", "crates/publish", "nuget/publish")) {
      CATALOGS
          .expand(name)
          .orElseThrow()
          .forEach(entry -> assertFalse(read.contains(entry.pattern())));
    }
  }

  @Test
  void catalogsAreReadOnce() {
    assertSame(CATALOGS, Catalogs.builtIn());
  }

  @Test
  void anUnknownVendorHasNone() {
    assertEquals(Optional.empty(), CATALOGS.vendor("acme"));
  }

  @Test
  void anEditionIsPinnedByItsDate() {
    Catalog now = CATALOGS.vendor("npm").orElseThrow();
    CatalogEntry entry = now.hosts().getFirst();
    LocalDate before = now.edition().minusDays(7);
    CatalogEntry older =
        new CatalogEntry(
            new HostPattern.Exact(nameOf(entry)),
            "read",
            entry.trafficClass(),
            "older",
            true,
            entry.source(),
            before,
            entry.requests());
    Catalogs two =
        Catalogs.of(List.of(now, new Catalog("npm", now.about(), List.of(), List.of(older))));
    assertEquals(List.of(before, now.edition()), List.copyOf(two.editions("npm")));
    assertEquals(now, two.vendor("npm").orElseThrow());
    assertEquals(List.of(now), two.all());
    for (String name : List.of("npm@" + before, "npm/read@" + before)) {
      assertEquals(Optional.of(List.of(older)), CatalogName.parse(name).flatMap(two::expand), name);
    }
    assertEquals(
        CATALOGS.expand("npm/read"),
        CatalogName.parse("npm/read@" + now.edition()).flatMap(CATALOGS::expand));
    assertEquals(Optional.empty(), CatalogName.parse("npm@2025-01-01").flatMap(two::expand));
    assertEquals(Optional.empty(), CatalogName.parse("acme@2025-01-01").flatMap(two::expand));
    assertEquals(Set.of(), two.editions("acme"));
  }

  /// The files hold zones and relative names; only the program puts them together.
  @Test
  void fullNamesOfRegistriesStandInNoSource() throws IOException {
    List<String> registries =
        entries()
            .filter(entry -> entry.trafficClass().name().equals("packages"))
            .map(entry -> nameOf(entry).text())
            .toList();
    assertFalse(registries.isEmpty());
    try (Stream<Path> walk = Files.walk(Path.of("src"))) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        registries.forEach(
            name -> assertFalse(text.contains(name), file + " names a registry in full"));
      }
    }
  }

  private static List<String> hosts(String name) {
    return CATALOGS.expand(name).orElseThrow().stream().map(entry -> nameOf(entry).text()).toList();
  }

  private static Host.Name nameOf(CatalogEntry entry) {
    return switch (entry.pattern()) {
      case HostPattern.Exact(Host.Name name) -> name;
      case HostPattern.Below(Host.Name name) -> name;
      case HostPattern.Domain _, HostPattern.Addresses _, HostPattern.Any _ ->
          throw new AssertionError("a catalogue has exact hosts and subdomains only: " + entry);
    };
  }
}
