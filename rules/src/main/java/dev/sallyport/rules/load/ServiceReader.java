package dev.sallyport.rules.load;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.GitRepositories;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads entries that stand for a service of their own: `git` and `mcp`.
final class ServiceReader {
  private static final Pattern REPOSITORY =
      Pattern.compile("(\\*|[A-Za-z0-9._-]{1,100})(/(\\*|[A-Za-z0-9._-]{1,100})){1,9}");

  /// A method of the protocol's messages, such as `tools/call`.
  private static final Pattern MESSAGE = Pattern.compile("[A-Za-z_]{1,64}(/[A-Za-z_]{1,64}){0,4}");

  private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9_./-]{1,128}");

  private final Fields fields;
  private final Problems problems;

  ServiceReader(Fields fields, Problems problems) {
    this.fields = fields;
    this.problems = problems;
  }

  /// Where a service is and what it says of requests.
  record Service(HostPattern hosts, SchemeRule scheme, Ports ports, RequestRule rule) {}

  /// `git: HOST` with `fetch` and `push`.
  Optional<Service> git() {
    Optional<Host.Name> host =
        fields.scalar("git").flatMap(text -> HostText.name("git", text, problems));
    GitRepositories fetch = repositories("fetch");
    GitRepositories push = repositories("push");
    if (!fields.has("fetch") && !fields.has("push")) {
      fields.problem(
          "git", "this allows neither to fetch nor to push", "write `fetch: any` or name some");
    }
    return host.map(
        name ->
            new Service(
                new HostPattern.Exact(name),
                SchemeRule.HTTPS,
                new Ports.Default(),
                new RequestRule.Git(fetch, push)));
  }

  private GitRepositories repositories(String key) {
    Optional<Node> node = fields.node(key);
    if (node.isPresent()
        && node.get() instanceof Node.Scalar scalar
        && scalar.text().equals("any")) {
      return GitRepositories.ALL;
    }
    List<PathPattern> listed = new ArrayList<>();
    for (Node item : fields.oneOrMore(key)) {
      fields.asText(key, item).flatMap(this::repository).ifPresent(listed::add);
    }
    return listed.isEmpty() ? GitRepositories.NONE : new GitRepositories(false, listed);
  }

  private Optional<PathPattern> repository(Node.Scalar text) {
    if (REPOSITORY.matcher(text.text()).matches() && !text.text().endsWith(".git")) {
      return new TermsReader(fields, problems).pattern(text, "/" + text.text());
    }
    problems.add(
        text.place(),
        Problem.quote(text.text()) + " is not a repository",
        "write `any`, or a list as in `[owner/name, owner/*]`");
    return Optional.empty();
  }

  /// `mcp: URL` with `methods` and `tools`.
  Optional<Service> mcp() {
    SortedSet<String> methods =
        new TreeSet<>(
            new TermsReader(fields, problems).texts("methods", MESSAGE, "a method of MCP"));
    SortedSet<String> tools = new TreeSet<>();
    fields
        .fields("tools")
        .ifPresent(
            inside -> {
              tools.addAll(
                  new TermsReader(inside, problems).texts("allow", TOOL, "the name of a tool"));
              inside.finish();
            });
    if (tools.isEmpty() && fields.has("tools")) {
      fields.problem("tools", "`tools` names none", "write `tools: {allow: [...]}`");
    }
    return fields.scalar("mcp").flatMap(text -> mcp(text, methods, tools));
  }

  private Optional<Service> mcp(
      Node.Scalar text, SortedSet<String> methods, SortedSet<String> tools) {
    try {
      ExampleRequest url = ExampleRequest.parse("GET " + text.text());
      if (url.webSocket()) {
        throw new MalformedHostException("an MCP server is asked over `https://` or `http://`");
      }
      Destination to = url.destination();
      RequestSight seen = RequestSight.of("GET", url.target());
      return Optional.of(
          new Service(
              hosts(to.host()),
              to.scheme() == Scheme.HTTP ? SchemeRule.HTTP : SchemeRule.HTTPS,
              ports(to),
              new RequestRule.Mcp(seen.path(), seen.query(), methods, tools)));
    } catch (MalformedHostException wrong) {
      problems.add(
          text.place(),
          Problem.quote(text.text()) + " is not a URL: " + wrong.getMessage(),
          "write it as in `https://name.example/mcp`");
      return Optional.empty();
    }
  }

  private static Ports ports(Destination to) {
    return to.port() == to.scheme().defaultPort()
        ? new Ports.Default()
        : new Ports.Listed(new TreeSet<>(List.of(to.port())));
  }

  private static HostPattern hosts(Host host) {
    return switch (host) {
      case Host.Name name -> new HostPattern.Exact(name);
      case Host.Literal(var address) ->
          new HostPattern.Addresses(new Cidr(address, address.getAddress().length * Byte.SIZE));
    };
  }
}
