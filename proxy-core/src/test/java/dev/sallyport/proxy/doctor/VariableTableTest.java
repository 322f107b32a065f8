package dev.sallyport.proxy.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariableTableTest {
  private static final String URL = "http://agent:secret-token@10.77.0.1:3128";
  private static final GateAddress GATE = GateAddress.of(URL).orElseThrow();
  private static final String JVM =
      "-Dhttps.proxyHost=10.77.0.1 -Dhttps.proxyPort=3128 -Dhttp.proxyHost=10.77.0.1"
          + " -Dhttp.proxyPort=3128 -Dhttp.nonProxyHosts=localhost|127.*|[::1]";

  private static Map<String, String> healthy() {
    Map<String, String> all = new HashMap<>();
    for (String name : List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")) {
      all.put(name, URL);
    }
    all.put("NO_PROXY", "localhost,127.0.0.1,::1");
    all.put("no_proxy", "localhost 127.0.0.0/8 [::1] 10.77.0.1 10.77.0.1:3128");
    all.put("NODE_USE_ENV_PROXY", "1");
    all.put("JAVA_TOOL_OPTIONS", JVM);
    return all;
  }

  private static List<Finding> check(Map<String, String> environment) {
    return VariableTable.check(environment, GATE, Set.of("node", "java"));
  }

  private static List<Finding> notFine(Map<String, String> environment) {
    return check(environment).stream().filter(each -> each.verdict() != Verdict.FINE).toList();
  }

  @Test
  void whatRunSetsIsFine() {
    assertEquals(List.of(), notFine(healthy()));
    assertEquals(5, check(healthy()).size());
  }

  /// One variable changed at a time. An empty value takes it away.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https_proxy        |                        | FAILS | `https_proxy` is not set",
        "HTTPS_PROXY        |                        | FAILS | `HTTPS_PROXY` is not set",
        "http_proxy         |                        | FAILS | `http_proxy` is not set",
        "HTTPS_PROXY        | http://10.77.0.9:3128  | FAILS | `HTTPS_PROXY` does not lead to"
            + " http://10.77.0.1:3128",
        "HTTPS_PROXY        | http://10.77.0.1:3129  | FAILS | does not lead to",
        "HTTPS_PROXY        | https://10.77.0.1:3128 | FAILS | does not lead to",
        "HTTPS_PROXY        | socks5://10.77.0.1:3128| FAILS | does not lead to",
        "HTTPS_PROXY        | http://b:x@10.77.0.1:3128 | FAILS | with other credentials",
        "ALL_PROXY          | http://10.77.0.1:3128  | NOTE  | the other variables say so already",
        "all_proxy          | socks5h://localhost:1080 | FAILS | leads elsewhere",
        "NO_PROXY           | .example.com           | FAILS | past the gate for `.example.com`",
        "no_proxy           | *                      | FAILS | past the gate for `*`",
        "NO_PROXY           | localhost,10.0.0.0/8   | FAILS | past the gate for `10.0.0.0/8`",
        "NO_PROXY           | 127.0.0.1.example.com  | FAILS | past the gate for",
        "NODE_USE_ENV_PROXY |                        | FAILS | is not 1",
        "NODE_USE_ENV_PROXY | 0                      | FAILS | is not 1",
        "JAVA_TOOL_OPTIONS  |                        | FAILS | does not lead JVMs to the gate for"
            + " https and http",
        "_JAVA_OPTIONS      | -Dhttps.proxyPort=1    | FAILS | does not lead JVMs to the gate for"
            + " https",
        "_JAVA_OPTIONS      | -DsocksProxyHost=a     | FAILS | names a SOCKS proxy",
        "_JAVA_OPTIONS      | -Dhttp.nonProxyHosts=*.example.com | FAILS | past the gate for"
            + " `*.example.com`",
        "NPM_CONFIG_PROXY   | http://10.77.0.9:1     | FAILS | counts more than HTTPS_PROXY",
        "npm_config_noproxy | example.com            | FAILS | sends npm past the gate for"
            + " `example.com`",
        "PIP_PROXY          | http://10.77.0.9:1     | FAILS | counts more than HTTPS_PROXY",
        "NODE_TLS_REJECT_UNAUTHORIZED | 0            | FAILS | turns the check of certificates off",
        "GIT_SSL_NO_VERIFY  | 1                      | FAILS | turns the check of certificates off",
      })
  void oneThingWrong(String name, String value, Verdict verdict, String seen) {
    Map<String, String> environment = healthy();
    if (value == null) {
      environment.remove(name);
    } else {
      environment.put(name, value);
    }
    List<Finding> wrong = notFine(environment);
    assertEquals(1, wrong.size(), wrong.toString());
    assertEquals(verdict, wrong.getFirst().verdict());
    assertTrue(wrong.getFirst().seen().contains(seen), wrong.toString());
    assertTrue(!wrong.getFirst().mend().isEmpty());
    assertTrue(!wrong.toString().contains("secret-token"), wrong.toString());
  }

  /// Harmless values of the same variables.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "npm_config_proxy | http://10.77.0.1:3128",
        "npm_config_noproxy | localhost",
        "ALL_PROXY | ''",
        "NODE_TLS_REJECT_UNAUTHORIZED | 1",
        "PIP_PROXY | ''",
      })
  void harmless(String name, String value) {
    Map<String, String> environment = healthy();
    environment.put(name, value);
    assertEquals(List.of(), notFine(environment));
  }

  @Test
  void allProxyAloneIsToldApart() {
    List<Finding> findings =
        VariableTable.check(Map.of("ALL_PROXY", URL), GATE, Set.of()).stream()
            .filter(each -> each.name().equals("ALL_PROXY"))
            .toList();
    assertTrue(findings.getFirst().seen().contains("in clear text"), findings.toString());
    assertEquals(Verdict.FAILS, findings.getFirst().verdict());
  }

  @Test
  void withoutNoProxyThereIsANote() {
    Map<String, String> environment = healthy();
    environment.remove("NO_PROXY");
    assertEquals(List.of(), notFine(environment));
    environment.remove("no_proxy");
    assertEquals(Verdict.NOTE, notFine(environment).getFirst().verdict());
  }

  @Test
  void toolsThatAreNotThereNeedNoVariables() {
    Map<String, String> environment = healthy();
    environment.remove("NODE_USE_ENV_PROXY");
    environment.remove("JAVA_TOOL_OPTIONS");
    assertEquals(3, VariableTable.check(environment, GATE, Set.of()).size());
  }

  @ParameterizedTest
  @CsvSource({
    "http://a:b@10.0.0.1:3128, http://10.0.0.1:3128",
    "10.0.0.1:3128, http://10.0.0.1:3128",
    "https://gate.example:443, https://gate.example:443",
    "http://[::1]:3128/, http://[::1]:3128",
  })
  void addressesAreShownWithoutCredentials(String url, String shown) {
    assertEquals(shown, GateAddress.of(url).orElseThrow().toString());
  }

  @ParameterizedTest
  @CsvSource({"socks5://10.0.0.1:1080", "http://10.0.0.1", "''", "http://:1"})
  void whatIsNoProxysUrlIsNone(String url) {
    assertTrue(GateAddress.of(url).isEmpty());
    assertTrue(GateAddress.named(Map.of("https_proxy", url)).isEmpty());
  }
}
