package dev.sallyport.proxy.workbench;

import static dev.sallyport.proxy.workbench.JsonImport.MCP;
import static dev.sallyport.proxy.workbench.JsonImport.WEBFETCH;

import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.ReportMode;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.UnknownHosts;
import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.TreeSet;

/// The rules of one profile as managed settings of Claude Code, so that one policy feeds both
/// layers. Those settings know hosts only: what they cannot say is told line by line, and held by
/// the gate alone. For one thread.
public final class ClaudeSettingsExport {
  private final PolicySource policy;
  private final Profile profile;
  private final SequencedSet<String> webfetch = new LinkedHashSet<>();
  private final SequencedSet<String> sandbox = new LinkedHashSet<>();
  private final SequencedSet<String> mcp = new LinkedHashSet<>();
  private final SequencedSet<String> denied = new LinkedHashSet<>();
  private final SequencedSet<String> remarks = new LinkedHashSet<>();

  /// Translates a policy.
  ///
  /// @param profile one of the policy's
  public ClaudeSettingsExport(PolicySource policy, Profile profile) {
    this.policy = policy;
    this.profile = profile;
    remark(profile.place(), "these settings are for profile " + Problem.quote(profile.name()));
    for (ClassSource from : classes()) {
      from.report().ifPresent(mode -> reported(from.place(), mode));
      from.allow().forEach(entry -> entry(entry, from.name().name()));
    }
    policy.deny().forEach(this::deny);
    rest();
  }

  /// What could not be carried over, or only with a difference: `file:line:column: sentence`.
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  /// The settings, as maps, lists and texts in the order in which they are to be written.
  ///
  /// @param environment variables for Claude Code and its children
  public Map<String, Object> settings(Map<String, String> environment) {
    Map<String, Object> permissions = new LinkedHashMap<>();
    permissions.put("allow", webfetch.stream().map(ClaudeSettingsExport::rule).toList());
    permissions.put("deny", denied.stream().map(ClaudeSettingsExport::rule).toList());
    Map<String, Object> network = new LinkedHashMap<>();
    network.put("allowedDomains", List.copyOf(sandbox));
    network.put("deniedDomains", List.copyOf(denied));
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("permissions", permissions);
    settings.put("sandbox", Map.of("network", network));
    if (!mcp.isEmpty()) {
      settings.put("allowedMcpServers", mcp.stream().map(url -> Map.of("serverUrl", url)).toList());
    }
    settings.put("env", environment);
    return settings;
  }

  private static String rule(String domain) {
    return "WebFetch(domain:" + domain + ")";
  }

  /// The classes of the profile in its order.
  private List<ClassSource> classes() {
    return profile.classes().stream()
        .flatMap(
            name -> policy.classes().stream().filter(from -> from.name().equals(name)).limit(1))
        .toList();
  }

  private void entry(Entry entry, String trafficClass) {
    Place place = entry.rule().place();
    if (entry.exception().isPresent()) {
      remark(
          place,
          "exception "
              + Problem.quote(entry.exception().get().id())
              + " is not carried over: these settings have no end date");
      return;
    }
    List<String> hosts = hosts(entry.hosts(), place);
    if (hosts.isEmpty()) {
      return;
    }
    held(entry).ifPresent(words -> remark(place, words + ": held by the gate alone"));
    for (String host : hosts) {
      sandboxed(entry, host);
      if (trafficClass.equals(WEBFETCH)) {
        fetched(entry, host);
      }
    }
    Optional<RequestRule.Mcp> server = server(entry);
    if (server.isPresent()) {
      hosts.forEach(host -> mcp.add(url(entry, host, server.get())));
    } else if (trafficClass.equals(MCP)) {
      hosts.forEach(host -> mcp.add(origin(entry, host) + "/*"));
    }
  }

  private static Optional<RequestRule.Mcp> server(Entry entry) {
    return entry.requests().all().stream()
        .filter(RequestRule.Mcp.class::isInstance)
        .map(RequestRule.Mcp.class::cast)
        .findFirst();
  }

  private static String url(Entry entry, String host, RequestRule.Mcp server) {
    return origin(entry, host)
        + server.path()
        + server.query().map(query -> "?" + query).orElse("");
  }

  private static String origin(Entry entry, String host) {
    Scheme scheme = scheme(entry);
    int port = ports(entry.ports(), scheme).first();
    return scheme.text() + "://" + host + (port == scheme.defaultPort() ? "" : ":" + port);
  }

  private void sandboxed(Entry entry, String host) {
    for (Scheme scheme : Scheme.values()) {
      if (entry.scheme().matches(scheme)) {
        for (int port : ports(entry.ports(), scheme)) {
          boolean usual = port == scheme.defaultPort();
          sandbox.add(usual ? host : host + ":" + port);
        }
      }
    }
  }

  private void fetched(Entry entry, String host) {
    boolean usual =
        entry.scheme().matches(Scheme.HTTPS)
            && entry.ports().matches(Scheme.HTTPS, Scheme.HTTPS.defaultPort());
    if (usual) {
      webfetch.add(host);
    } else {
      remark(
          entry.rule().place(),
          "no WebFetch rule for it: WebFetch goes to https on port 443, and rules name no port");
    }
  }

  private static Scheme scheme(Entry entry) {
    return entry.scheme() == SchemeRule.HTTP ? Scheme.HTTP : Scheme.HTTPS;
  }

  private static SortedSet<Integer> ports(Ports ports, Scheme scheme) {
    return switch (ports) {
      case Ports.Listed(var listed) -> new TreeSet<>(listed);
      case Ports.Default(), Ports.All() -> new TreeSet<>(List.of(scheme.defaultPort()));
    };
  }

  /// What a pattern is called there; nothing, with a remark, where there is no word for it.
  private List<String> hosts(HostPattern hosts, Place place) {
    return switch (hosts) {
      case HostPattern.Exact(var name) -> List.of(name.text());
      case HostPattern.Below(var name) -> List.of("*." + name.text());
      case HostPattern.Domain(var name) -> List.of(name.text(), "*." + name.text());
      case HostPattern.Addresses(var range)
          when range.prefix() == range.network().getAddress().length * Byte.SIZE -> {
        String text = range.network().getHostAddress();
        yield List.of(text.indexOf(':') < 0 ? text : "[" + text + "]");
      }
      case HostPattern.Addresses(var range) -> {
        remark(
            place, Problem.quote(range.toString()) + " is not carried over: there are no ranges");
        yield List.of();
      }
      case HostPattern.Any() -> {
        remark(
            place, "`any: true` is not carried over: write `WebFetch` yourself if that is meant");
        yield List.of();
      }
    };
  }

  /// The words of an entry that these settings have no place for.
  private static Optional<String> held(Entry entry) {
    List<String> words = new ArrayList<>();
    for (RequestRule rule : entry.requests().all()) {
      switch (rule) {
        case RequestRule.Conditions conditions -> {
          add(words, !conditions.methods().isEmpty(), "`methods`");
          add(words, !conditions.paths().isEmpty(), "`paths`");
          add(words, !conditions.query().isEmpty(), "`query`");
          add(words, !conditions.headers().isEmpty(), "`headers`");
        }
        case RequestRule.Git _ -> words.add("which repositories `git` may fetch and push");
        case RequestRule.Mcp server -> {
          add(words, !server.methods().isEmpty(), "`methods`");
          add(words, !server.tools().isEmpty(), "`tools`");
        }
      }
    }
    add(words, entry.duties().minimumAge().isPresent(), "`minimum-age`");
    add(words, !entry.duties().organisations().isEmpty(), "`organisations`");
    add(words, entry.duties().uploadLimit().isPresent(), "`upload-limit`");
    add(words, !entry.resolvesTo().isEmpty(), "`resolves-to`");
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
  }

  private static void add(List<String> words, boolean present, String word) {
    if (present && !words.contains(word)) {
      words.add(word);
    }
  }

  private void deny(DenyRule rule) {
    Place place = rule.rule().place();
    if (!rule.requests().isEmpty()) {
      remark(place, "denies some requests only, and is not carried over");
    } else if (rule.scheme() != SchemeRule.ANY || !(rule.ports() instanceof Ports.All)) {
      remark(place, "denies one scheme or some ports only, and is not carried over");
    } else if (rule.hosts() instanceof HostPattern.Any) {
      remark(place, "`any: true` is not carried over: nothing is allowed that need be denied");
    } else {
      denied.addAll(hosts(rule.hosts(), place));
    }
  }

  private void rest() {
    policy.report().ifPresent(mode -> reported(new Place(policy.assignPlace().file(), 1, 1), mode));
    profile.report().ifPresent(mode -> reported(profile.place(), mode));
    if (profile.unknown() == UnknownHosts.ASK) {
      remark(
          profile.place(),
          "`unknown: ask` is not carried over: Claude Code asks whoever sits at it, not whom the"
              + " policy means");
    }
    if (classes().stream().noneMatch(from -> from.name().name().equals(WEBFETCH))) {
      remark(profile.place(), "no class `webfetch`, so no WebFetch rule");
    }
    if (mcp.isEmpty()) {
      remark(profile.place(), "no MCP server is listed, so `allowedMcpServers` is left out");
    } else {
      remark(
          profile.place(),
          "`allowedMcpServers` names remote servers only; add those that run as commands by"
              + " `serverCommand`");
    }
  }

  private void reported(Place place, ReportMode mode) {
    remark(
        place,
        "`mode: report` until " + mode.until() + " is not carried over: these rules enforce");
  }

  private void remark(Place place, String sentence) {
    remarks.add(place + ": " + sentence);
  }
}
