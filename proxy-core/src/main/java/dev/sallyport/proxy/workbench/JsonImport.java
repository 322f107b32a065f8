package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

  /// The keys that are read. `network` at the top is sandbox-runtime, which runs any program; all
  /// others are Claude Code's, whose own hosts a policy for it needs.
  private static final Set<String> OF_THE_NETWORK =
      Set.of(
          "permissions",
          "sandbox",
          "network",
          "mcpServers",
          "allowedMcpServers",
          "deniedMcpServers",
          "allowManagedMcpServersOnly");

  /// The lists of rules in `permissions`.
  private static final Set<String> LISTS = Set.of("allow", "deny", "ask");

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
    if (file.field("network").isEmpty()) {
      into.isForClaudeCode();
    }
    if (file.fields().stream().map(Node.Field::name).noneMatch(OF_THE_NETWORK::contains)) {
      into.remark(file.place(), "nothing in this file speaks of the network");
    }
    for (Node.Field field : file.fields()) {
      switch (field.name()) {
        case "permissions" -> fields(field.value()).forEach(this::permission);
        case "sandbox" ->
            fields(field.value()).stream()
                .filter(inner -> inner.name().equals("network"))
                .forEach(inner -> network(inner.value()));
        case "network" -> network(field.value());
        case "mcpServers" -> fields(field.value()).forEach(this::server);
        case "allowedMcpServers" -> {
          into.mcp().isListed();
          items(field.value()).forEach(item -> mcp(item, true));
        }
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
    if (!LISTS.contains(list.name())) {
      return;
    }
    if (!(list.value() instanceof Node.Sequence)) {
      into.remark(list.place(), Problem.quote(list.name()) + " is no list and is not carried over");
    }
    for (Node item : items(list.value())) {
      String rule = text(item);
      Matcher domain = WEBFETCH_RULE.matcher(rule);
      if (domain.matches()) {
        permission(list.name(), domain.group(1), rule, item.place());
      } else if (rule.equals("WebFetch")) {
        permission(list.name(), "*", rule, item.place());
      } else if (rule.startsWith("WebFetch") || rule.startsWith("mcp__")) {
        into.remark(
            item.place(),
            Problem.quote(rule) + " names no domain and stays a matter of Claude Code");
      }
    }
  }

  private void permission(String list, String pattern, String rule, Place place) {
    switch (list) {
      case "allow" -> into.allow(pattern, WEBFETCH, "", place);
      case "deny" -> {
        into.deny(pattern, WEBFETCH, place);
        if (!pattern.contains("*") || pattern.startsWith("*.")) {
          into.remark(place, "denied for every purpose here, not for WebFetch alone");
        }
      }
      default -> {
        into.ask(pattern, WEBFETCH, place);
        into.remark(place, Problem.quote(rule) + " asks a person; here it is refused");
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
            items(field.value()).forEach(item -> into.deny(text(item), SANDBOX, item.place()));
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
        case "url" ->
            url(text(field.value()), field.value().place())
                .ifPresent(url -> remote(server.name(), url));
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
      String text = text(field.value());
      if (field.name().equals("serverUrl")) {
        url(text, field.value().place()).ifPresent(allowed ? this::allowListed : this::denyListed);
        continue;
      }
      into.remark(
          field.place(), Problem.quote(field.name()) + " names no destination; not carried over");
      if (field.name().equals("serverName") && allowed) {
        into.mcp().allowName(text);
      } else if (field.name().equals("serverName")) {
        into.mcp().denyName(text);
      }
    }
  }

  private void remote(String name, Url url) {
    into.server(name, url.pattern, url.scheme, url.place);
    sayWhole(url);
  }

  private void allowListed(Url url) {
    into.mcp().allowHost(url.pattern);
    if (url.isAnyPort()) {
      into.remark(
          url.place,
          Problem.quote(url.pattern) + " is not carried over: ports are listed one by one");
    } else {
      into.allow(url.pattern, MCP, url.scheme, url.place);
      sayWhole(url);
    }
  }

  private void denyListed(Url url) {
    if (url.isWhole() && !url.isAnyPort()) {
      into.deny(url.pattern, MCP, url.place);
      into.remark(url.place, "denied for every purpose here, not for MCP alone");
    } else {
      into.ask(url.pattern.replaceFirst(":[0-9*]+$", ""), MCP, url.place);
      into.remark(url.place, "here the whole host is refused for MCP");
    }
  }

  private void sayWhole(Url url) {
    if (!url.isWhole()) {
      into.remark(
          url.place, "the whole host is allowed, not " + Problem.quote(url.path) + " alone");
    }
  }

  /// What a URL or a pattern of URLs says of its destination.
  ///
  /// @param pattern host and port
  /// @param scheme the word behind `scheme:`; empty for https
  private record Url(String pattern, String scheme, String path, Place place) {
    boolean isAnyPort() {
      return pattern.endsWith(":*");
    }

    boolean isWhole() {
      return path.isEmpty() || path.equals("/*");
    }
  }

  /// Takes a URL apart. Credentials, query and fragment may hold secrets and are never shown.
  private Optional<Url> url(String written, Place place) {
    String plain = written.replaceFirst("[?#].*", "").replaceFirst("//[^/@]*@", "//");
    Matcher parts = URL.matcher(plain);
    if (plain.contains("${") || !parts.matches()) {
      into.remark(place, Problem.quote(plain) + " is not carried over: it is not a plain URL");
      return Optional.empty();
    }
    String port = parts.group(3) == null ? "" : ":" + parts.group(3);
    String scheme =
        switch (parts.group(1)) {
          case "https", "wss" -> "";
          case "http", "ws" -> "http";
          default -> "any";
        };
    String path = parts.group(4) == null ? "" : parts.group(4);
    return Optional.of(new Url(parts.group(2) + port, scheme, path, place));
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
