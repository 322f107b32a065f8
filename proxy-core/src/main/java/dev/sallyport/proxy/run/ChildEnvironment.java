package dev.sallyport.proxy.run;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The environment of a child whose way out is a gate.
///
/// | variable | value | for whom |
/// | --- | --- | --- |
/// | `HTTPS_PROXY`, `https_proxy` | the gate | almost everybody: Claude Code, codex, curl, git, npm, pip, cargo, Go, Ruby |
/// | `HTTP_PROXY`, `http_proxy` | the gate | the same for plain http; curl reads the small spelling only |
/// | `NO_PROXY`, `no_proxy` | loopback | the same; what would go round the gate otherwise goes through it |
/// | `ALL_PROXY`, `all_proxy` | removed | with it alone Claude Code sends https URLs in clear text to the proxy |
/// | `NODE_USE_ENV_PROXY` | `1` | Node's own `fetch` and `http`, which look at no variable without it |
/// | `YARN_HTTP_PROXY`, `YARN_HTTPS_PROXY` | the gate | Yarn 2 and newer, which has its own names; there is no `YARN_NO_PROXY`, an unknown one stops it |
/// | `JAVA_TOOL_OPTIONS` | system properties, behind what stands there | JVMs: Gradle, Java programs, Maven (which since 3.9 looks at them only when told to), which read no proxy variable |
/// | names that count more than those above | removed | npm's, pip's and cargo's own, and `FTP_PROXY`: they hold the way out that was there before |
/// | `SALLYPORT_UPSTREAM_PROXY`, `SALLYPORT_GATE_TOKEN` | removed | passwords on the way out are no business of the child |
///
/// Variables that name certificates (`NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE` and the like) are
/// [ChildTrust]'s.
public final class ChildEnvironment {
  /// Hosts that are on this machine, in the spelling that most clients take.
  public static final String LOOPBACK = "localhost,127.0.0.1,::1";

  private static final List<String> GATE =
      List.of(
          "HTTPS_PROXY",
          "https_proxy",
          "HTTP_PROXY",
          "http_proxy",
          "YARN_HTTP_PROXY",
          "YARN_HTTPS_PROXY");

  private static final List<String> DIRECT = List.of("NO_PROXY", "no_proxy");

  /// In small letters; npm takes its names in any mixture.
  private static final Set<String> REMOVED =
      Set.of(
          "all_proxy",
          "ftp_proxy",
          "npm_config_proxy",
          "npm_config_https_proxy",
          "npm_config_http_proxy",
          "npm_config_noproxy",
          "pip_proxy",
          "cargo_http_proxy",
          "sallyport_gate_token",
          "sallyport_upstream_http_proxy",
          "sallyport_upstream_parents",
          "sallyport_upstream_proxy");

  private static final String JAVA = "JAVA_TOOL_OPTIONS";

  private ChildEnvironment() {}

  /// What the child gets.
  ///
  /// @param inherited what it would get without a gate
  /// @param gate where the gate listens, an address and a port
  public static Map<String, String> of(Map<String, String> inherited, InetSocketAddress gate) {
    Map<String, String> child = new HashMap<>(inherited);
    child.keySet().removeIf(name -> REMOVED.contains(name.toLowerCase(Locale.ROOT)));
    String url = "http://" + address(gate) + ":" + gate.getPort();
    GATE.forEach(name -> child.put(name, url));
    DIRECT.forEach(name -> child.put(name, LOOPBACK));
    child.put("NODE_USE_ENV_PROXY", "1");
    child.merge(JAVA, javaOptions(gate), (theirs, ours) -> (theirs + " " + ours).strip());
    return child;
  }

  /// Behind the user's own, since the last of two properties counts.
  private static String javaOptions(InetSocketAddress gate) {
    String host = gate.getAddress().getHostAddress();
    return "-Dhttp.proxyHost=%1$s -Dhttp.proxyPort=%2$d -Dhttps.proxyHost=%1$s -Dhttps.proxyPort=%2$d"
            .formatted(host, gate.getPort())
        + " -Dhttp.nonProxyHosts=localhost|127.*|[::1]"
        + " -Daether.connector.http.useSystemProperties=true";
  }

  private static String address(InetSocketAddress gate) {
    String host = gate.getAddress().getHostAddress();
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }
}
