package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what the JSON settings of Claude Code, its managed settings, `.mcp.json` and
/// sandbox-runtime say of the network. For one thread.
final class JsonImport {
  /// The class for what sandboxed commands may reach.
  static final String SANDBOX = "sandbox";

  static final String WEBFETCH = "webfetch";
  static final String MCP = "mcp";

  private static final Pattern WEBFETCH_RULE = Pattern.compile("WebFetch\\(domain:(.*)\\)");

  /// `scheme://host[:port][/path]`; a host in brackets is an IPv6 literal.
  private static final Pattern URL =
      Pattern.compile("([a-z*]+)://(\\[[^\\]]*]|[^/:\\[\\]]+)(?::([0-9*]+))?(/.*)?");

  /// Settings of the sandbox that speak of the network and have no counterpart in a policy.
  private static final Set<String> ELSEWHERE =
      Set.of(
          "strictAllowlist",
          "allowManagedDomainsOnly",
          "httpProxyPort",
          "socksProxyPort",
          "tlsTerminate",
          "allowUnixSockets",
          "allowAllUnixSockets",
          "allowLocalBinding",
          "allowMachLookup",
          "parentProxy",
          "mitmProxy");

  private final PolicyImport into;

  JsonImport(PolicyImport into) {
    this.into = into;
  }

  /// Reads a whole file.
  ///
  /// @throws IOException when it is no settings file
  void read(Node node) throws IOException {
    if (!(node instanceof Node.Mapping file)) {
      throw new IOException(node.place() + ": this is no settings file");
    }
    into.isForClaudeCode();
    for (Node.Field field : file.fields()) {
      switch (field.name()) {
        case "permissions" -> fields(field.value()).forEach(this::permission);
        case "sandbox" ->
            fields(field.value()).stream()
                .filter(inner -> inner.name().equals("network"))
                .forEach(inner -> network(inner.value()));
        case "network" -> network(field.value());
        case "mcpServers" -> fields(field.value()).forEach(this::server);
        case "allowedMcpServers" -> items(field.value()).forEach(item -> mcp(item, true));
        case "deniedMcpServers" -> items(field.value()).forEach(item -> mcp(item, false));
        case "allowManagedMcpServersOnly" ->
            into.remark(field.place(), "who may add MCP servers stays a matter of the settings");
        default -> {
          // Everything else does not speak of destinations.
        }
      }
    }
  }

  private void permission(Node.Field list) {
    for (Node item : items(list.value())) {
      String rule = text(item);
      Matcher domain = WEBFETCH_RULE.matcher(rule);
      boolean matches = domain.matches();
      if (!matches && !rule.equals("WebFetch")) {
        continue;
      }
      String pattern = matches ? domain.group(1) : "*";
      switch (list.name()) {
        case "allow" -> into.allow(pattern, WEBFETCH, "", item.place());
        case "deny" -> {
          into.deny(pattern, item.place());
          if (!pattern.equals("*")) {
            into.remark(item.place(), "denied for every purpose here, not for WebFetch alone");
          }
        }
        case "ask" ->
            into.remark(
                item.place(),
                Problem.quote(rule) + " asks a person; here it is refused like any unlisted host");
        default -> {
          // Not a list of rules.
        }
      }
    }
  }

  private void network(Node node) {
    for (Node.Field field : fields(node)) {
      switch (field.name()) {
        case "allowedDomains" ->
            items(field.value())
                .forEach(item -> into.allow(text(item), SANDBOX, "any", item.place()));
        case "deniedDomains" ->
            items(field.value()).forEach(item -> into.deny(text(item), item.place()));
        default -> {
          if (ELSEWHERE.contains(field.name())) {
            into.remark(
                field.place(), Problem.quote(field.name()) + " stays a matter of the sandbox");
          }
        }
      }
    }
  }

  private void server(Node.Field server) {
    for (Node.Field field : fields(server.value())) {
      switch (field.name()) {
        case "url" -> url(text(field.value()), field.value().place(), true);
        case "command" ->
            into.remark(
                field.place(),
                "MCP server "
                    + Problem.quote(server.name())
                    + " is a command; what it reaches is not said here");
        default -> {
          // Names, headers and environment are not destinations.
        }
      }
    }
  }

  private void mcp(Node item, boolean allowed) {
    for (Node.Field field : fields(item)) {
      if (field.name().equals("serverUrl")) {
        url(text(field.value()), field.value().place(), allowed);
      } else {
        into.remark(
            field.place(), Problem.quote(field.name()) + " names no destination; not carried over");
      }
    }
  }

  private void url(String url, Place place, boolean allowed) {
    Matcher parts = URL.matcher(url);
    if (url.contains("${") || !parts.matches()) {
      into.remark(place, Problem.quote(url) + " is not carried over: it is not a plain URL");
      return;
    }
    String port = parts.group(3) == null ? "" : ":" + parts.group(3);
    if (port.contains("*")) {
      into.remark(place, Problem.quote(url) + " is not carried over: ports are listed one by one");
      return;
    }
    String path = parts.group(4) == null ? "" : parts.group(4);
    boolean whole = path.isEmpty() || path.equals("/*");
    String pattern = parts.group(2) + port;
    String scheme =
        switch (parts.group(1)) {
          case "https", "wss" -> "";
          case "http", "ws" -> "http";
          default -> "any";
        };
    if (!allowed && !whole) {
      into.remark(place, Problem.quote(url) + " denies a path only; not carried over");
    } else if (!allowed) {
      into.deny(pattern, place);
      into.remark(place, "denied for every purpose here, not for MCP alone");
    } else {
      into.allow(pattern, MCP, scheme, place);
      if (!whole) {
        into.remark(place, "the whole host is allowed, not " + Problem.quote(path) + " alone");
      }
    }
  }

  private static List<Node.Field> fields(Node node) {
    return node instanceof Node.Mapping mapping ? mapping.fields() : List.of();
  }

  private static List<Node> items(Node node) {
    return node instanceof Node.Sequence sequence ? sequence.items() : List.of();
  }

  private static String text(Node node) {
    return node instanceof Node.Scalar scalar ? scalar.text() : "";
  }
}
