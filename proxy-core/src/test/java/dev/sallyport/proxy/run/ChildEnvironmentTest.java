package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChildEnvironmentTest {
  private static final String GATE = "http://127.0.0.1:4711";

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "HTTPS_PROXY " + GATE,
        "https_proxy " + GATE,
        "HTTP_PROXY " + GATE,
        "http_proxy " + GATE,
        "YARN_HTTP_PROXY " + GATE,
        "YARN_HTTPS_PROXY " + GATE,
        "NO_PROXY localhost,127.0.0.1,::1",
        "no_proxy localhost,127.0.0.1,::1",
        "NODE_USE_ENV_PROXY 1"
      })
  void isSetWhateverWasThere(String name, String value) {
    assertEquals(value, environment(Map.of()).get(name));
    assertEquals(value, environment(Map.of(name, "http://old.example:1")).get(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALL_PROXY",
        "all_proxy",
        "FTP_PROXY",
        "npm_config_https_proxy",
        "NPM_CONFIG_PROXY",
        "npm_config_noproxy",
        "PIP_PROXY",
        "CARGO_HTTP_PROXY",
        "SALLYPORT_UPSTREAM_PROXY",
        // Yarn 2 refuses to start with a setting that it does not know.
        "YARN_NO_PROXY"
      })
  void isNotThere(String name) {
    Map<String, String> inherited =
        name.startsWith("YARN") ? Map.of() : Map.of(name, "http://old.example:1");
    assertFalse(environment(inherited).containsKey(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "SALLYPORT_POLICY"})
  void passesUntouched(String name) {
    assertEquals("/etc/x", environment(Map.of(name, "/etc/x")).get(name));
    assertFalse(environment(Map.of()).containsKey(name));
  }

  @Test
  void nothingOfTheParentsPasswordIsLeft() {
    Map<String, String> inherited =
        Map.of(
            "HTTPS_PROXY", "http://u:secret@p.example:1",
            "http_proxy", "http://u:secret@p.example:1",
            "ALL_PROXY", "http://u:secret@p.example:1",
            "npm_config_proxy", "http://u:secret@p.example:1");
    assertFalse(environment(inherited).toString().contains("secret"));
  }

  @Test
  void theUsersOwnJavaOptionsComeFirst() {
    String ours =
        "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=4711"
            + " -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=4711"
            + " -Dhttp.nonProxyHosts=localhost|127.*|[::1]"
            + " -Daether.connector.http.useSystemProperties=true";
    assertEquals(ours, environment(Map.of()).get("JAVA_TOOL_OPTIONS"));
    assertEquals(
        "-Xmx1g " + ours,
        environment(Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g")).get("JAVA_TOOL_OPTIONS"));
  }

  @Test
  void anIpv6GateStandsInBrackets() throws Exception {
    InetSocketAddress gate = new InetSocketAddress(InetAddress.ofLiteral("::1"), 4711);
    assertEquals(
        "http://[0:0:0:0:0:0:0:1]:4711", ChildEnvironment.of(Map.of(), gate).get("HTTPS_PROXY"));
  }

  private static Map<String, String> environment(Map<String, String> inherited) {
    return ChildEnvironment.of(
        inherited, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711));
  }
}
