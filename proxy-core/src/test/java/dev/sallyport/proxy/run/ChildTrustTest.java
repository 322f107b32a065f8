package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.proxy.trust.NamedRoots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildTrustTest {
  private static final String ROOT = root();

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
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
        "YARN_HTTPS_CA_FILE_PATH"
      })
  void aToolThatTakesOneFileGetsAllRootsInIt(String variable) throws Exception {
    String system = root();
    Map<String, String> environment = environment("SSL_CERT_FILE", system);
    try (ChildTrust trust = trust(environment)) {
      String bundle = Files.readString(Path.of(trust.in(environment).getOrDefault(variable, "")));
      assertTrue(bundle.contains(system));
      assertTrue(bundle.contains(ROOT));
    }
  }

  @Test
  void nodeAddsTheRootToItsOwn() throws Exception {
    Map<String, String> environment = environment("SSL_CERT_FILE", root());
    try (ChildTrust trust = trust(environment)) {
      String added = trust.in(environment).getOrDefault("NODE_EXTRA_CA_CERTS", "");
      assertEquals(ROOT, Files.readString(Path.of(added)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "NPM_CONFIG_CAFILE"})
  void whatWasTrustedBeforeStillIs(String variable) throws Exception {
    String company = root();
    Map<String, String> environment = environment(variable, company);
    try (ChildTrust trust = trust(environment)) {
      Map<String, String> child = trust.in(environment);
      String file = child.getOrDefault(variable, child.getOrDefault("npm_config_cafile", ""));
      assertTrue(Files.readString(Path.of(file)).contains(company));
      assertFalse(child.containsKey("NPM_CONFIG_CAFILE"));
      assertTrue(trust.notes().getFirst().contains("`" + variable + "`"), trust.notes()::toString);
    }
  }

  @Test
  void aJvmGetsAStoreBehindItsOtherOptions() throws Exception {
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g");
    try (ChildTrust trust = trust(environment)) {
      String options = trust.in(environment).getOrDefault("JAVA_TOOL_OPTIONS", "");
      assertTrue(options.startsWith("-Xmx1g -Djavax.net.ssl.trustStore="), options);
    }
  }

  @Test
  void theFilesAreTheUsersAloneAndGoneAtTheEnd() throws Exception {
    Path file;
    try (ChildTrust trust = trust(Map.of())) {
      file = Path.of(trust.in(Map.of()).getOrDefault("SSL_CERT_FILE", ""));
      assertEquals(
          "[OWNER_READ, OWNER_WRITE, OWNER_EXECUTE]",
          Files.getPosixFilePermissions(parent(file)).stream().sorted().toList().toString());
    }
    assertFalse(Files.exists(parent(file)));
  }

  @Test
  void aFileThatCannotBeReadIsSaid() throws Exception {
    Map<String, String> environment = Map.of("CURL_CA_BUNDLE", folder + "/nosuch");
    try (ChildTrust trust = trust(environment)) {
      assertEquals(
          "the certificates that `CURL_CA_BUNDLE` names cannot be read, and are not trusted",
          trust.notes().getFirst());
    }
  }

  @Test
  void withoutAnAuthorityNothingChanges() throws Exception {
    Map<String, String> environment = Map.of("SSL_CERT_FILE", "/etc/x", "A", "b");
    try (ChildTrust trust =
        ChildTrust.of(Optional.empty(), NamedRoots.of(environment), environment)) {
      assertEquals(environment, trust.in(environment));
    }
  }

  private static Path parent(Path file) {
    return Optional.ofNullable(file.getParent()).orElseThrow();
  }

  private static ChildTrust trust(Map<String, String> environment) throws Exception {
    return ChildTrust.of(Optional.of(ROOT), NamedRoots.of(environment), environment);
  }

  private Map<String, String> environment(String variable, String pem) throws Exception {
    Path file = Files.writeString(folder.resolve("roots.pem"), pem);
    Map<String, String> environment = new HashMap<>();
    environment.put(variable, file.toString());
    return environment;
  }

  private static String root() {
    return Authority.inMemory(new Permitted.Anything(), InstantSource.system()).rootPem();
  }
}
