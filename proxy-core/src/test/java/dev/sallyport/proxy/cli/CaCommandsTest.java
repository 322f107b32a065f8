package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.mitm.keys.CertificateFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaCommandsTest {
  @TempDir private Path home = Path.of("");

  private Path folder = Path.of("");

  @BeforeEach
  void name() {
    folder = home.resolve(".config/sallyport/ca");
  }

  private CommandRun run(String... args) {
    return CommandRun.of(home, args);
  }

  private Authority authority() throws Exception {
    return Authority.inFolder(
        folder,
        Permitted.hosts(Set.of("api.example", "10.0.0.1")),
        InstantSource.fixed(CommandRun.NOW));
  }

  @Test
  void withoutAnAuthorityNoneIsMade() {
    for (String command : List.of("show", "export", "env")) {
      CommandRun run = run("ca", command).endsWith(ExitCode.UNUSABLE);
      assertEquals(
          "sallyport: there is no authority in `"
              + folder
              + "` yet: a gate makes it when it first needs it",
          run.err().strip());
      assertEquals("", run.out());
    }
    assertFalse(Files.exists(folder));
  }

  @Test
  void whoSignsIsShown() throws Exception {
    authority();
    List<String> lines = run("ca", "show").endsWith(ExitCode.OK).out().lines().toList();
    assertTrue(
        lines.get(0).matches("root       CN=Sallyport root [0-9a-f]{8},O=Sallyport"), lines.get(0));
    assertTrue(lines.get(1).matches(" {11}SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}"), lines.get(1));
    assertEquals("           until 2036-11-18T12:00:00Z", lines.get(2));
    assertEquals("           key in " + folder, lines.get(3));
    assertEquals("           signs for api.example, 10.0.0.1", lines.get(7));
    assertEquals("           signs for any host, to refuse it in words", lines.get(11));
    Files.delete(folder.resolve("root.key"));
    JsonNode data =
        new ObjectMapper().readTree(run("ca", "show", "--json").endsWith(ExitCode.OK).out());
    assertEquals("elsewhere", data.get("root_key").asText());
    assertEquals(
        "[\"api.example\",\"10.0.0.1\"]", data.get("intercept").get("permitted").toString());
  }

  @Test
  void theRootIsExportedAndNoKey() throws Exception {
    Authority authority = authority();
    assertEquals(authority.rootPem(), run("ca", "export").endsWith(ExitCode.OK).out());
    Path file = home.resolve("root.pem");
    run("ca", "export", file.toString()).endsWith(ExitCode.OK);
    assertEquals(List.of(authority.root()), CertificateFile.read(file));
    CommandRun failed =
        run("ca", "export", home.resolve("missing/x").toString()).endsWith(ExitCode.UNUSABLE);
    assertTrue(failed.err().contains("there is no such file"), failed.err());
  }

  @Test
  void variablesPointToFilesWithBothKindsOfRoots() throws Exception {
    Authority authority = authority();
    Path system = home.resolve("system.pem");
    X509Certificate other =
        Authority.inMemory(new Permitted.Anything(), InstantSource.fixed(CommandRun.NOW)).root();
    Files.writeString(system, dev.sallyport.mitm.keys.Pem.of(other));
    Map<String, String> environment =
        Map.of("SSL_CERT_FILE", system.toString(), "JAVA_TOOL_OPTIONS", "-Xmx1g");
    Path to = home.resolve("it's trust");
    CommandRun run =
        CommandRun.of(home, environment, Style.PLAIN, "ca", "env", "--to", to.toString())
            .endsWith(ExitCode.OK);
    String bundle = "'" + to.resolve("bundle.pem").toString().replace("'", "'\\''") + "'";
    for (String name :
        List.of(
            "SSL_CERT_FILE",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
            "GIT_SSL_CAINFO",
            "PIP_CERT",
            "CARGO_HTTP_CAINFO",
            "AWS_CA_BUNDLE",
            "DENO_CERT",
            "CODEX_CA_CERTIFICATE",
            "npm_config_cafile",
            "YARN_HTTPS_CA_FILE_PATH")) {
      assertTrue(run.out().contains("export " + name + "=" + bundle + "\n"), name);
    }
    assertTrue(
        run.out().contains("export JAVA_TOOL_OPTIONS='-Xmx1g \"-Djavax.net.ssl.trustStore="));
    assertTrue(run.out().contains("/bundle.p12\" -Djavax.net.ssl.trustStoreType="), run.out());
    assertEquals(List.of(other, authority.root()), CertificateFile.read(to.resolve("bundle.pem")));
    assertEquals(List.of(authority.root()), CertificateFile.read(to.resolve("root.pem")));
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(to.resolve("bundle.p12"))) {
      store.load(in, "changeit".toCharArray());
    }
    assertEquals(2, store.size());
    JsonNode data =
        new ObjectMapper()
            .readTree(
                CommandRun.of(home, environment, Style.PLAIN, "ca", "env", "--json")
                    .endsWith(ExitCode.OK)
                    .out());
    assertEquals(
        home.resolve(".local/state/sallyport/trust/root.pem").toString(),
        data.get("NODE_EXTRA_CA_CERTS").asText());
  }

  @Test
  void theRootIsInTheBundleOnceHoweverOftenItIsWritten() throws Exception {
    Authority authority = authority();
    Path trust = home.resolve("trust");
    Path bundle = trust.resolve("bundle.pem");
    Path system =
        Files.writeString(
            home.resolve("system.pem"),
            Authority.inMemory(new Permitted.Anything(), InstantSource.fixed(CommandRun.NOW))
                .rootPem());
    for (Path roots : List.of(system, bundle)) {
      CommandRun.of(
              home,
              Map.of("SSL_CERT_FILE", roots.toString()),
              Style.PLAIN,
              "ca",
              "env",
              "--to",
              trust.toString())
          .endsWith(ExitCode.OK);
      assertEquals(2, CertificateFile.read(bundle).size());
    }
    assertEquals(authority.root(), CertificateFile.read(bundle).getLast());
  }

  @Test
  void withTheRootKeyElsewhereTheIssuersAreExtended() throws Exception {
    authority();
    Path key = home.resolve("safe.key");
    Files.move(folder.resolve("root.key"), key);
    Path policy =
        Files.writeString(
            home.resolve("policy.yaml"),
            """
            sallyport: 1
            name: p
            owners: {engineering: a, security: b}
            classes:
              model: {intercept: true, allow: [api.example, new.example]}
            profiles: {developer: {classes: [model]}}
            assign: [{any: true, profile: developer}]
            """);
    CommandRun run =
        run("ca", "extend", "--root-key", key.toString(), "--policy", policy.toString())
            .endsWith(ExitCode.OK);
    assertEquals("signs for api.example, new.example", run.out().strip());
    assertFalse(Files.exists(folder.resolve("root.key")));
    assertTrue(run("ca", "show").out().contains("signs for api.example, new.example"));
    CommandRun wrong =
        run("ca", "extend", "--root-key", folder.resolve("refuse.pem").toString())
            .endsWith(ExitCode.UNUSABLE);
    assertTrue(wrong.err().contains("the root key is not that of"), wrong.err());
  }

  @Test
  void theSettingsSayWhereItIs() throws Exception {
    folder = home.resolve("gate/keys");
    Authority authority = authority();
    Path settings =
        Files.writeString(home.resolve("gate/sallyport.yaml"), "intercept: {authority: keys}\n");
    assertEquals(
        authority.rootPem(),
        run("ca", "export", "--config", settings.toString()).endsWith(ExitCode.OK).out());
    assertEquals(
        authority.rootPem(),
        run("ca", "export", "--authority", folder.toString()).endsWith(ExitCode.OK).out());
    CommandRun memory =
        run("ca", "show", "--set", "intercept.authority=memory").endsWith(ExitCode.UNUSABLE);
    assertTrue(memory.err().contains("in memory"), memory.err());
  }
}
