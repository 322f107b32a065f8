package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.ExpectedDecision;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import dev.sallyport.rules.TunnelRule.Opening;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyLoaderTest {
  private static final String WHOLE =
      """
      sallyport: 1
      name: acme
      owners: {engineering: platform, security: secops}
      contact: "#egress"
      request-url: https://intranet.example/egress?id={request}
      classes:
        model:
          intercept: true
          allow: [{host: api.example.org, ech: deny}]
        web:
          allow:
            - docs.example.com
            - {subdomains-of: pages.example, scheme: any, ports: [8443, 80], id: pages, reason: docs}
            - {domain: wiki.example, resolves-to: [10.1.0.0/16, 'fd00::/8'], sni: absent}
            - {address: 192.0.2.0/24, scheme: http, ports: 3000}
            - {any: true, tunnel: any, accept-risk: ops said so}
            - {domain: pages.dev, public-suffix: true}
        empty:
      deny:
        - dead.example
        - {domain: drop.example, reason: dead drop, id: drops}
        - {address: 203.0.113.7, scheme: http, ports: [80]}
        - {subdomains-of: co.uk}
      profiles:
        dev: {classes: [model, web], unknown: deny}
        none:
      assign:
        - {token: "ci-*", address: 10.0.0.0/8, listener: main, profile: dev}
        - {any: true, profile: dev}
        - {anonymous: true, profile: none, id: guests}
      tests:
        - {allow: "POST https://api.example.org/v1", profile: dev, class: model}
        - {deny: "CONNECT drop.example:443", as: {token: ci-1, address: 10.0.0.1, listener: main}, reason: denied-by-rule}
        - {ask: "http://[2001:db8::1]:8080/x", as: {anonymous: true}}
      """;

  private static Host.Name name(String text) {
    try {
      return (Host.Name) Host.parse(text);
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private static Destination https(String host) {
    return new Destination(Scheme.HTTPS, name(host), 443);
  }

  private static Ports ports(Integer... ports) {
    return new Ports.Listed(new TreeSet<>(List.of(ports)));
  }

  private static List<Entry> entries(String text) {
    return Loads.policy(Loads.HEAD + "classes: {web: {allow: [" + text + "]}}")
        .source()
        .classes()
        .getFirst()
        .allow();
  }

  @Test
  void readsNamesAndWords() {
    PolicySource source = Loads.policy(WHOLE).source();
    assertEquals("acme", source.name());
    assertEquals(
        List.of(Map.entry("engineering", "platform"), Map.entry("security", "secops")),
        List.copyOf(source.owners().entrySet()));
    assertEquals(Optional.of("#egress"), source.contact());
    assertEquals(Optional.of("https://intranet.example/egress?id={request}"), source.requestUrl());
    assertEquals(new Place("p.yaml", 27, 1), source.assignPlace());
  }

  @Test
  void readsClassesAndEntries() {
    List<PolicySource.ClassSource> classes = Loads.policy(WHOLE).source().classes();
    assertEquals(
        List.of("model", "web", "empty"), classes.stream().map(c -> c.name().name()).toList());
    assertEquals(
        List.of(Treatment.INTERCEPT, Treatment.TUNNEL, Treatment.TUNNEL),
        classes.stream().map(PolicySource.ClassSource::treatment).toList());
    assertEquals(new Place("p.yaml", 10, 3), classes.get(1).place());
    assertEquals(List.of(), classes.get(2).allow());

    Entry model = classes.getFirst().allow().getFirst();
    assertEquals(new HostPattern.Exact(name("api.example.org")), model.hosts());
    assertEquals(new TunnelRule(Opening.TLS_WITH_NAME, true), model.tunnel());

    List<Entry> web = classes.get(1).allow();
    Entry bare = web.get(0);
    assertEquals(new HostPattern.Exact(name("docs.example.com")), bare.hosts());
    assertEquals(SchemeRule.HTTPS, bare.scheme());
    assertEquals(new Ports.Default(), bare.ports());
    assertEquals(TunnelRule.STRICT, bare.tunnel());
    assertEquals(new Place("p.yaml", 12, 9), bare.rule().place());

    Entry pages = web.get(1);
    assertEquals(new HostPattern.Below(name("pages.example")), pages.hosts());
    assertEquals(SchemeRule.ANY, pages.scheme());
    assertEquals(ports(80, 8443), pages.ports());
    assertEquals("pages", pages.rule().id());

    Entry wiki = web.get(2);
    assertEquals(new HostPattern.Domain(name("wiki.example")), wiki.hosts());
    assertEquals(List.of(Cidr.of("10.1.0.0/16"), Cidr.of("fd00::/8")), wiki.resolvesTo());
    assertEquals(Opening.TLS_NAME_OPTIONAL, wiki.tunnel().opening());

    Entry range = web.get(3);
    assertEquals(new HostPattern.Addresses(Cidr.of("192.0.2.0/24")), range.hosts());
    assertEquals(SchemeRule.HTTP, range.scheme());
    assertEquals(ports(3000), range.ports());
    assertEquals(Opening.TLS_NAME_OPTIONAL, range.tunnel().opening());

    Entry any = web.get(4);
    assertEquals(new HostPattern.Any(), any.hosts());
    assertEquals(Opening.ANYTHING, any.tunnel().opening());
    assertEquals(Optional.of("ops said so"), any.acceptRisk());
  }

  @Test
  void readsDenyRules() {
    List<DenyRule> deny = Loads.policy(WHOLE).source().deny();
    assertEquals(new HostPattern.Exact(name("dead.example")), deny.get(0).hosts());
    assertEquals(SchemeRule.ANY, deny.get(0).scheme());
    assertEquals(new Ports.All(), deny.get(0).ports());
    assertEquals("", deny.get(0).why());
    assertEquals("drops", deny.get(1).rule().id());
    assertEquals("dead drop", deny.get(1).why());
    assertEquals(SchemeRule.HTTP, deny.get(2).scheme());
    assertEquals(ports(80), deny.get(2).ports());
    assertEquals(new HostPattern.Below(name("co.uk")), deny.get(3).hosts());
  }

  @Test
  void readsProfilesAndAssignments() {
    PolicySource source = Loads.policy(WHOLE).source();
    assertEquals(
        List.of(new TrafficClass("model"), new TrafficClass("web")),
        source.profiles().getFirst().classes());
    assertEquals(List.of(), source.profiles().getLast().classes());
    assertEquals(new Place("p.yaml", 25, 3), source.profiles().getFirst().place());

    List<Assignment> assign = source.assign();
    assertEquals(
        List.of(
            new Condition.TokenNamed("ci-*"),
            new Condition.From(Cidr.of("10.0.0.0/8")),
            new Condition.Through("main")),
        assign.get(0).all());
    assertEquals(List.of(new Condition.Proven()), assign.get(1).all());
    assertEquals(List.of(new Condition.Anonymous()), assign.get(2).all());
    assertEquals("none", assign.get(2).profile());
    assertEquals("guests", assign.get(2).rule().id());
    assertEquals(new Place("p.yaml", 28, 5), assign.get(0).rule().place());
  }

  @Test
  void readsTests() throws MalformedHostException {
    List<ExpectedDecision> tests = Loads.policy(WHOLE).source().tests();
    ExpectedDecision first = tests.getFirst();
    assertEquals(Outcome.ALLOW, first.outcome());
    assertEquals(https("api.example.org"), first.destination());
    assertEquals("POST", first.request().orElseThrow().method());
    assertEquals(new Who.WithProfile("dev"), first.who());
    assertEquals(Optional.of(new TrafficClass("model")), first.trafficClass());
    assertEquals(Optional.empty(), first.reason());
    assertEquals("POST https://api.example.org/v1", first.text());
    assertEquals(new Place("p.yaml", 32, 5), first.place());

    assertEquals(Outcome.DENY, tests.get(1).outcome());
    assertEquals(Optional.empty(), tests.get(1).request());
    assertEquals(Optional.of(Reason.DENIED_BY_RULE), tests.get(1).reason());
    assertEquals(
        new Who.As(
            new ClientIdentity(
                new Proof.Token("ci-1"), Addresses.parse("10.0.0.1"), "main", Map.of(), Map.of())),
        tests.get(1).who());

    assertEquals(Outcome.ASK, tests.get(2).outcome());
    assertEquals("[2001:db8::1]:8080", tests.get(2).destination().authority());
    assertEquals(
        new Who.As(ClientIdentity.anonymous(Addresses.parse("192.0.2.1"), "")), tests.get(2).who());
  }

  @Test
  void whatIsLoadedDecides() {
    Policy policy = Loads.policy(WHOLE);
    assertEquals(
        Outcome.ALLOW,
        policy
            .decide("dev", IdentityMethod.NONE, https("docs.example.com"), TestPolicy.AT)
            .outcome());
    assertEquals(
        Reason.DENIED_BY_RULE,
        policy.decide("dev", IdentityMethod.NONE, https("a.drop.example"), TestPolicy.AT).reason());
    assertEquals(
        Reason.NOT_LISTED,
        policy
            .decide("none", IdentityMethod.NONE, https("docs.example.com"), TestPolicy.AT)
            .reason());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "classes:\nprofiles:\nassign:\ntests:\ndeny:\nowners:\n",
        "classes: {web: {}}\nprofiles: {dev: {classes: [web]}}\n",
        "classes: {web: {allow: []}}\nprofiles: {dev: {classes: [web]}}\n",
        "classes: {web: {allow: }}\nprofiles: {dev: {classes: [web]}}\n",
        "classes: {web: {allow: [a.example]}}\nprofiles: {dev: {classes: }}\n",
      })
  void absentAndEmptyAllowNothing(String text) {
    Policy policy = Loads.policy(Loads.HEAD + text);
    assertEquals(
        Outcome.DENY,
        policy.decide("dev", IdentityMethod.NONE, https("a.example"), TestPolicy.AT).outcome());
  }

  @Test
  void idsComeFromWhatARuleSaysAndNotFromItsPlaceOrSpelling() {
    String id = entries("{host: a.example, ports: [80, 443], scheme: any}").getFirst().rule().id();
    assertTrue(id.matches("web-[0-9a-f]{8}"), id);
    List<Entry> moved =
        entries("b.example, {ports: [443, 80], host: A.Example., scheme: any, reason: x}");
    assertEquals(id, moved.get(1).rule().id());
    assertNotEquals(id, moved.get(0).rule().id());
    assertNotEquals(id, entries("{host: a.example, scheme: any}").getFirst().rule().id());
  }

  @Test
  void aMadeIdThatIsTakenGetsMoreDigits() {
    RuleIds ids = new RuleIds(new Problems());
    Place place = new Place("p.yaml", 1, 1);
    String first = ids.made("web", "host a.example", place).id();
    String second = ids.made("web", "host a.example", place).id();
    assertEquals("web-".length() + 8, first.length());
    assertEquals("web-".length() + 9, second.length());
    assertTrue(second.startsWith(first));
  }

  @Test
  void aCatalogueStandsForItsHosts() {
    List<CatalogEntry> hosts = Catalogs.builtIn().expand("anthropic/api").orElseThrow();
    List<Entry> entries = entries("{catalog: anthropic/api, tunnel: any, ports: [443, 8443]}");
    assertEquals(
        hosts.stream().map(CatalogEntry::pattern).toList(),
        entries.stream().map(Entry::hosts).toList());
    for (Entry entry : entries) {
      assertEquals(Optional.of("anthropic/api"), entry.catalog());
      assertEquals(new Place("p.yaml", 3, 25), entry.rule().place());
      assertEquals(ports(443, 8443), entry.ports());
      assertEquals(Opening.ANYTHING, entry.tunnel().opening());
      assertTrue(entry.rule().id().startsWith("web-"));
    }
    assertEquals(entries.size(), ids(entries).size());
  }

  @Test
  void hostsThatTwoCataloguesShareStandOnce() {
    List<Entry> entries = entries("{catalog: anthropic/api, id: llm}, {catalog: anthropic}");
    Set<HostPattern> patterns = new HashSet<>();
    entries.forEach(entry -> assertTrue(patterns.add(entry.hosts()), entry.hosts().toString()));
    assertTrue(entries.getFirst().rule().id().startsWith("llm-"));
    assertEquals(entries.size(), ids(entries).size());
  }

  @Test
  void everyCatalogueLoads() {
    for (String name : Catalogs.builtIn().names()) {
      assertTrue(!entries("{catalog: " + name + "}").isEmpty(), name);
    }
  }

  private static Set<String> ids(List<Entry> entries) {
    Set<String> ids = new HashSet<>();
    entries.forEach(entry -> ids.add(entry.rule().id()));
    return ids;
  }

  @ParameterizedTest
  @CsvSource({"1, true", "64, true", "65, false"})
  void namesHaveALongestLength(int length, boolean good) {
    String text = "sallyport: 1\nname: " + "n".repeat(length);
    if (good) {
      assertEquals(length, Loads.policy(text).stamp().name().length());
    } else {
      assertEquals(1, Loads.problems(text).size());
    }
  }

  @Test
  void linesHaveALongestLength() {
    String longest = "x".repeat(Language.MAX_LINE);
    assertEquals(
        Optional.of(longest), Loads.policy(Loads.HEAD + "contact: " + longest).source().contact());
    assertEquals(1, Loads.problems(Loads.HEAD + "contact: " + longest + "x").size());
    String url = "https://a.example/" + "x".repeat(Language.MAX_LINE - 18);
    assertEquals(
        Optional.of(url), Loads.policy(Loads.HEAD + "request-url: " + url).source().requestUrl());
    assertEquals(1, Loads.problems(Loads.HEAD + "request-url: " + url + "x").size());
  }

  @Test
  void portsHaveTheirRange() {
    assertEquals(
        ports(1, 65535), entries("{host: a.example, ports: [1, 65535]}").getFirst().ports());
  }

  @Test
  void loadsAHundredThousandHosts() {
    StringBuilder text = new StringBuilder(Loads.HEAD + "classes:\n  web:\n    allow:\n");
    int hosts = 100_000;
    for (int i = 0; i < hosts; i++) {
      text.append("    - {host: h").append(i).append(".example.com, scheme: any}\n");
    }
    text.append("profiles: {dev: {classes: [web]}}\n");
    Policy policy = Loads.policy(text.toString());
    List<Entry> entries = policy.source().classes().getFirst().allow();
    assertEquals(hosts, entries.size());
    assertEquals(hosts, ids(entries).size());
    assertEquals(
        entries.getLast().rule(),
        policy
            .decide("dev", IdentityMethod.NONE, https("h99999.example.com"), TestPolicy.AT)
            .rule()
            .orElseThrow());
  }

  @Test
  void aFolderIsReadInNameOrderAndMerged(@TempDir Path folder) throws Exception {
    write(
        folder,
        "20-web.yml",
        "classes: {web: {allow: [a.example]}}\nprofiles: {dev: {classes: [model, web]}}\n");
    write(
        folder,
        "10-base.yaml",
        """
        name: merged
        classes: {model: {allow: [b.example]}}
        assign: [{any: true, profile: dev}]
        """);
    write(folder, "30-more.yaml", "assign: [{anonymous: true, profile: dev}]\n");
    Files.writeString(folder.resolve(".hidden.yaml"), "nonsense: [");
    Files.writeString(folder.resolve("notes.txt"), "nonsense: [");
    Files.createDirectory(folder.resolve("sub.yaml"));

    PolicySource source = PolicyLoader.load(folder).source();

    assertEquals("merged", source.name());
    assertEquals(
        List.of("model", "web"), source.classes().stream().map(c -> c.name().name()).toList());
    assertEquals(2, source.assign().size());
    assertEquals(folder.resolve("10-base.yaml") + ":4", source.assignPlace().fileAndLine());
  }

  @Test
  void aNameDefinedInTwoFilesIsAProblem(@TempDir Path folder) throws IOException {
    write(folder, "a.yaml", "name: p\nowners: {it: x}\nclasses: {web: {}}\nprofiles: {dev: {}}\n");
    write(folder, "b.yaml", "name: p\nowners: {it: x}\nclasses: {web: {}}\nprofiles: {dev: {}}\n");
    Path a = folder.resolve("a.yaml");
    Path b = folder.resolve("b.yaml");
    assertEquals(
        List.of(
            b + ":2:1: `name` stands at " + a + ":2 already; keep one of them",
            b + ":3:10: the owner `it` is defined at " + a + ":3 already; keep one of them",
            b + ":4:11: the class `web` is defined at " + a + ":4 already; keep one of them",
            b + ":5:12: the profile `dev` is defined at " + a + ":5 already; keep one of them"),
        problems(folder));
  }

  @Test
  void aBrokenFileMakesNoProblemsInTheOthers(@TempDir Path folder) throws IOException {
    write(folder, "a.yaml", "name: p\nclasses: {web: {}\n");
    write(folder, "b.yaml", "profiles: {dev: {classes: [web]}}\nx: 1\n");
    assertEquals(2, problems(folder).size());
  }

  @Test
  void aFolderWithoutAPolicyIsAProblem(@TempDir Path folder) {
    assertEquals(
        List.of(folder + ":1:1: there is no policy in this folder; put a `.yaml` file into it"),
        problems(folder));
  }

  @Test
  void aFolderHasAMostOfFiles(@TempDir Path folder) throws Exception {
    write(folder, "0.yaml", "name: p\n");
    for (int i = 1; i < PolicyLoader.MAX_FILES; i++) {
      write(folder, i + ".yaml", "");
    }
    assertEquals("p", PolicyLoader.load(folder).stamp().name());
    write(folder, "more.yaml", "");
    assertEquals(
        List.of(folder + ":1:1: the folder holds more than 1000 files; join some"),
        problems(folder));
  }

  @Test
  void aFileThatIsNotThereIsAnIoException(@TempDir Path folder) {
    assertThrows(NoSuchFileException.class, () -> PolicyLoader.load(folder.resolve("no.yaml")));
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), "sallyport: 1\n" + text);
  }

  private static List<String> problems(Path path) {
    LoadException wrong = assertThrows(LoadException.class, () -> PolicyLoader.load(path));
    return wrong.problems().stream().map(Problem::toString).toList();
  }
}
