package dev.sallyport.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.config.Settings.ConnectTo;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.catalog.Catalogs;
import dev.sallyport.rules.load.LoadException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  @TempDir private Path folder = Path.of("");
  private SettingsText text = new SettingsText(folder);

  @BeforeEach
  void start() {
    text = new SettingsText(folder);
  }

  @Test
  void everyWordOfTheDocumentationIsRead() throws Exception {
    Settings settings =
        text.read(
            """
            listen:
              - {name: main, address: 127.0.0.1, port: 3128}
              - {name: six, address: "::1", port: 0, socks: false, proxy-protocol: false}
            admin: {address: 127.0.0.1, port: 9328}
            control: sallyport.sock
            policy: policy.yaml
            identity:
              tokens: tokens.yaml
              required: false
            audit:
              file: audit/sallyport.jsonl
              rotate: {size: 256MiB, keep-for: 400d}
              on-failure: refuse
            intercept:
              authority: ca/
              refuse-in-band: auto
            resolve:
              hosts: {docs.internal.example: 10.1.2.3, two.example: [10.0.0.1, "fd00::1"]}
              servers: [system]
              nat64: none
            own-addresses: [198.51.100.7]
            connect-to:
              "*:443": 127.0.0.1:18443
              "Name.example:*": "[::1]:9"
            upstream:
              proxy: http://user:p%40ss@proxy.example:8080
              no-proxy: [inside.example, 10.0.0.1]
              resolve: gate
              roots: [system, roots.pem]
              certificates:
                - {host: Partner.example, certificate: us.pem, key: us.key, passphrase-file: open}
                - {host: "[::1]", port: 8443, certificate: us.p12, key: us.p12}
            limits:
              connections: 20000
              connections-per-client: 1000
              events-per-client: 200/s
              request-head: 16KiB
              client-hello: 16KiB
              time: {request-head: 10s, client-hello: 5s, dial: 10s, handshake: 10s, idle: 30m, drain: 30s}
            log: {level: info, format: json}
            """);
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    InetAddress loopback6 = InetAddress.ofLiteral("::1");
    assertEquals(
        List.of(new Listen("main", loopback, 3128), new Listen("six", loopback6, 0)),
        settings.listen());
    assertEquals(Optional.of(new Settings.Admin(loopback, 9328)), settings.admin());
    assertEquals(Optional.of(folder.resolve("sallyport.sock")), settings.control());
    assertEquals(Optional.of(folder.resolve("policy.yaml")), settings.policy());
    assertEquals(Optional.of(folder.resolve("tokens.yaml")), settings.identity().tokens());
    assertEquals(
        new Settings.Audit(
            folder.resolve("audit/sallyport.jsonl"), 256L << 20, Duration.ofDays(400), false),
        settings.audit());
    assertEquals(
        List.of(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("fd00::1")),
        settings.resolve().hosts().get((Host.Name) Host.parse("two.example")));
    assertEquals(List.of(), settings.resolve().servers());
    assertEquals(Optional.empty(), settings.resolve().nat64());
    assertEquals(List.of(InetAddress.ofLiteral("198.51.100.7")), settings.ownAddresses());
    assertEquals(
        List.of(
            new ConnectTo(Optional.empty(), OptionalInt.of(443), Host.parse("127.0.0.1"), 18443),
            new ConnectTo(
                Optional.of(Host.parse("name.example")),
                OptionalInt.empty(),
                Host.parse("[::1]"),
                9)),
        settings.connectTo());
    Parents.Parent parent = settings.upstream().parents().https().orElseThrow();
    assertEquals(Host.parse("proxy.example"), parent.host());
    assertEquals(8080, parent.port());
    assertEquals(Optional.of("Basic dXNlcjpwQHNz"), parent.authorization());
    assertEquals(
        List.of(NoProxy.parse("inside.example"), NoProxy.parse("10.0.0.1")),
        settings.upstream().parents().noProxy());
    assertEquals(settings.upstream().parents().https(), settings.upstream().parents().http());
    assertTrue(settings.upstream().resolveAtGate());
    assertEquals(List.of(folder.resolve("roots.pem")), settings.upstream().roots().files());
    assertEquals(
        List.of(
            new Settings.ClientCertificate(
                Host.parse("partner.example"),
                443,
                folder.resolve("us.pem"),
                folder.resolve("us.key"),
                Optional.of(folder.resolve("open"))),
            new Settings.ClientCertificate(
                Host.parse("[::1]"),
                8443,
                folder.resolve("us.p12"),
                folder.resolve("us.p12"),
                Optional.empty())),
        settings.upstream().certificates());
    assertEquals(LimitsReader.DEFAULTS, settings.limits());
    assertEquals(new Settings.Log("info", true), settings.log());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "listen:\nadmin:\nlimits: {}\n"})
  void anEmptyFileGivesTheDefaults(String nothing) throws Exception {
    LoadedSettings loaded = text.loaded(nothing);
    Settings settings = loaded.settings();
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    assertEquals(List.of(new Listen("main", loopback, 3128)), settings.listen());
    assertEquals(Optional.of(new Settings.Admin(loopback, 9328)), settings.admin());
    assertEquals(Optional.of(folder.resolve("sallyport.sock")), settings.control());
    assertEquals(Optional.empty(), settings.policy());
    assertEquals(new Settings.Identity(Optional.empty(), false), settings.identity());
    assertEquals(folder.resolve("tokens.yaml"), loaded.tokenFile());
    assertEquals(
        new Settings.Audit(
            folder.resolve("audit/sallyport.jsonl"), 256L << 20, Duration.ofDays(400), false),
        settings.audit());
    assertEquals(new Settings.Resolve(Map.of(), List.of(), Optional.empty()), settings.resolve());
    assertEquals(
        new Settings.Upstream(Parents.NONE, false, Settings.Roots.SYSTEM, List.of()),
        settings.upstream());
    assertEquals(
        new Settings.Intercept(
            new Settings.AuthorityPlace.Folder(folder.resolve("ca")), Settings.InBand.AUTO),
        settings.intercept());
    assertEquals(
        new Settings.Limits(
            20_000,
            1_000,
            200,
            16 * 1024,
            16 * 1024,
            new Settings.Times(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMinutes(30),
                Duration.ofSeconds(30))),
        settings.limits());
    assertEquals(new Settings.Log("info", false), settings.log());
  }

  @Test
  void withoutAFileNothingStartsAtTheWorkingDirectory() throws Exception {
    LoadedSettings loaded = text.loader().withoutFile();
    Path state = folder.resolve("home/.local/state/sallyport");
    assertEquals(Optional.of(state.resolve("sallyport.sock")), loaded.settings().control());
    assertEquals(state.resolve("audit/sallyport.jsonl"), loaded.settings().audit().file());
    assertEquals(folder.resolve("home/.config/sallyport/tokens.yaml"), loaded.tokenFile());
  }

  @Test
  void aTokenFileBesideTheSettingsIsUsedWithoutBeingNamed() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens.yaml"), "tokens: []\n");
    assertEquals(Optional.of(tokens), text.read("").identity().tokens());
  }

  @Test
  void theCorpusSettingsLoadAsTheyAre() throws Exception {
    Settings settings =
        text.read(
            """
            listen: [{address: 127.0.0.1, port: 3128}]
            admin: {address: 127.0.0.1, port: 9328}
            policy: p1-intercept-policy.yaml
            intercept: {authority: memory}
            upstream: {roots: /nowhere/origin-ca.pem}
            audit: {file: /nowhere/p1.jsonl}
            resolve: {servers: ["127.0.0.1:53"]}
            """);
    assertEquals(
        List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53)),
        settings.resolve().servers());
    assertEquals(List.of(Path.of("/nowhere/origin-ca.pem")), settings.upstream().roots().files());
    assertEquals(Path.of("/nowhere/p1.jsonl"), settings.audit().file());
    assertEquals("main", settings.listen().getFirst().name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.0.0.53            | 10.0.0.53 | 53
          10.0.0.53:5353       | 10.0.0.53 | 5353
          '"2001:db8::53"'     | 2001:db8::53 | 53
          '"[2001:db8::53]:54"'| 2001:db8::53 | 54
          """)
  void aDnsServerMayHaveAPort(String written, String address, int port) throws Exception {
    assertEquals(
        List.of(new InetSocketAddress(InetAddress.ofLiteral(address), port)),
        text.read("resolve: {servers: [" + written + "]}").resolve().servers());
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, '', false",
    "127.9.9.9, '', false",
    "0.0.0.0, '', true",
    "192.0.2.1, '', true",
    "192.0.2.1, 'required: false', false",
    "127.0.0.1, 'required: true', true"
  })
  void credentialsAreRequiredOffLoopbackUnlessSaid(String address, String said, boolean required)
      throws Exception {
    LoadedSettings loaded =
        text.loaded("listen: [{address: " + address + "}]\nidentity: {" + said + "}");
    assertEquals(required, loaded.settings().identity().required());
    assertEquals(!said.isEmpty(), loaded.requiredIsGiven());
  }

  @Test
  void assignedAddressesTakeTheDefaultBackAndNothingElse() throws Exception {
    LoadedSettings open = text.loaded("listen: [{address: 0.0.0.0}]\nlog: {level: debug}");
    assertFalse(open.withAddressesAssigned().identity().required());
    assertEquals("debug", open.withAddressesAssigned().log().level());
    LoadedSettings said = text.loaded("listen: [{address: 0.0.0.0}]\nidentity: {required: true}");
    assertTrue(said.withAddressesAssigned().identity().required());
  }

  @Test
  void nat64PrefixIsKept() throws Exception {
    assertEquals(
        Optional.of(Cidr.of("64:ff9b::/96")),
        text.read("resolve: {nat64: \"64:ff9b::/96\"}").resolve().nat64());
  }

  @Test
  void aMissingFileAndManagedSettingsAreProblemsOfTheSameKind() throws Exception {
    Path managed = Files.writeString(folder.resolve("managed.yaml"), "polcy: x");
    LoadException wrong =
        assertThrows(
            LoadException.class,
            () -> text.loader().managedBy(managed).load(folder.resolve("missing.yaml")));
    assertEquals(
        List.of(
            managed + ":1:1: unknown key `polcy`; did you mean `policy`?",
            folder.resolve("missing.yaml") + ": there is no such file; look at the path"),
        wrong.problems().stream().map(Object::toString).toList());
  }

  @Test
  void aFolderIsNoSettingsFile() {
    LoadException wrong = assertThrows(LoadException.class, () -> text.loader().load(folder));
    assertEquals(
        List.of(folder + ": this cannot be read; a regular file is expected"),
        wrong.problems().stream().map(Object::toString).toList());
  }

  @Test
  void gatewaysAreThoseOfTheSectionAndTheBuiltInOnes() throws Exception {
    SettingsText text = new SettingsText(folder);
    assertEquals(Settings.Gateways.NONE, text.read("").gateways());
    assertEquals(BuiltInGateways.all(), text.read("gateway: {}").gateways());
    Settings.Gateways read =
        text.read(
                """
                gateway:
                  bases:
                    openai: none
                    anthropic: "http://[::1]:8080/a/b/"
                    acme: HTTPS://LLM.acme.example
                  hosts: [gate.example.org, "[::1]"]
                  web-origins: ["https://Console.example.org:8443", "vscode-webview://abc"]
                """)
            .gateways();
    assertEquals(
        Map.of(
            "anthropic",
            new Settings.Gateways.Base(
                new Destination(Scheme.HTTP, Host.parse("[::1]"), 8080), "/a/b"),
            "gemini",
            BuiltInGateways.all().bases().get("gemini"),
            "acme",
            new Settings.Gateways.Base(
                new Destination(Scheme.HTTPS, Host.parse("llm.acme.example"), 443), "")),
        read.bases());
    assertEquals(Set.of(Host.parse("gate.example.org"), Host.parse("[::1]")), read.hosts());
    assertEquals(
        Set.of("https://console.example.org:8443", "vscode-webview://abc"), read.webOrigins());
  }

  /// What a built-in gateway leads to is a model's host in the catalogue of its vendor.
  @Test
  void builtInGatewaysLeadToHostsOfTheCatalogues() {
    var models =
        Catalogs.builtIn().all().stream()
            .flatMap(vendor -> vendor.hosts().stream())
            .filter(entry -> entry.trafficClass().name().equals("model"))
            .map(entry -> entry.pattern().toString())
            .toList();
    for (Settings.Gateways.Base base : BuiltInGateways.all().bases().values()) {
      String host = base.destination().host().text();
      assertTrue(models.stream().anyMatch(pattern -> pattern.contains(host)), host);
    }
  }

  @Test
  void parentsMayDifferBySchemeAndByClass() throws Exception {
    Settings.Upstream upstream =
        new SettingsText(folder)
            .read(
                """
                upstream:
                  proxy: https://proxy.example:8443
                  http-proxy: none
                  parents: {packages: none, model: "http://u:p@model.example:1"}
                  no-proxy: [.below.example, 10.0.0.0/8, "port.example:8443"]
                  proxy-tls:
                    roots: proxy-ca.pem
                    certificate: gate.pem
                    key: gate.key
                    passphrase-file: gate.txt
                """)
            .upstream();
    Parents parents = upstream.parents();
    assertTrue(parents.anySpeaksTls());
    assertEquals("proxy.example:8443", parents.https().orElseThrow().place());
    assertEquals(Optional.empty(), parents.http());
    assertEquals(Optional.empty(), parents.byClass().get("packages"));
    assertEquals(
        "model.example:1",
        Optional.ofNullable(parents.byClass().get("model"))
            .flatMap(way -> way)
            .orElseThrow()
            .place());
    assertEquals(3, parents.noProxy().size());
    assertEquals(
        new Parents.Tls(
            Optional.of(new Settings.Roots(false, List.of(folder.resolve("proxy-ca.pem")))),
            Optional.of(
                new Parents.Own(
                    folder.resolve("gate.pem"),
                    folder.resolve("gate.key"),
                    Optional.of(folder.resolve("gate.txt"))))),
        parents.tls());
  }
}
