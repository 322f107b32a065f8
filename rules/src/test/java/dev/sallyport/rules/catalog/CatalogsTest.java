package dev.sallyport.rules.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.TrafficClass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    Set<HostPattern> distinct = new HashSet<>();
    catalog.distinct().forEach(entry -> assertTrue(distinct.add(entry.pattern())));
    catalog.hosts().forEach(entry -> assertTrue(distinct.contains(entry.pattern())));
  }

  /// Suffixes are for what the vendor's documents give as one.
  @Test
  void onlyArtifactsAreASuffix() {
    List<String> suffixes =
        entries()
            .filter(entry -> entry.pattern() instanceof HostPattern.Below)
            .map(CatalogEntry::part)
            .toList();
    assertEquals(List.of("artifacts"), suffixes);
  }

  @Test
  void whatCanBeNamed() {
    assertEquals(
        Set.of(
            "anthropic",
            "anthropic/api",
            "anthropic/artifacts",
            "anthropic/chrome",
            "anthropic/connectors",
            "anthropic/docs",
            "anthropic/login",
            "anthropic/plugins",
            "anthropic/telemetry",
            "anthropic/updates",
            "crates",
            "crates/publish",
            "crates/read",
            "crates/toolchain",
            "debian",
            "debian/read",
            "github",
            "github/api",
            "github/git",
            "github/lfs",
            "github/raw",
            "github/releases",
            "github/upload",
            "gitlab",
            "gitlab/git",
            "go",
            "go/read",
            "maven-central",
            "maven-central/read",
            "npm",
            "npm/read",
            "pypi",
            "pypi/publish",
            "pypi/read"),
        CATALOGS.names());
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
        "npm@2026-11-21",
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
    "gitlab, gitlab.com",
  })
  void partsExpandToExactHosts(String name, String hosts) {
    List<String> names =
        CATALOGS.expand(name).orElseThrow().stream().map(entry -> nameOf(entry).text()).toList();
    assertEquals(List.of(hosts.split(" ")), names);
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
    for (String name : List.of("pypi/read", "crates/read")) {
      CATALOGS.expand(name).orElseThrow().forEach(entry -> read.add(entry.pattern()));
    }
    for (String name : List.of("pypi/publish", "crates/publish")) {
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

  private static Host.Name nameOf(CatalogEntry entry) {
    return switch (entry.pattern()) {
      case HostPattern.Exact(Host.Name name) -> name;
      case HostPattern.Below(Host.Name name) -> name;
      case HostPattern.Domain _, HostPattern.Addresses _, HostPattern.Any _ ->
          throw new AssertionError("a catalogue has exact hosts and subdomains only: " + entry);
    };
  }
}
