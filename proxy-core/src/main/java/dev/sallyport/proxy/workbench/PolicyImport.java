package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.check.DomainGlob;
import dev.sallyport.rules.check.DomainPattern;
import dev.sallyport.rules.check.PolicyDraft;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A policy drawn from other programs' lists, and what of them could not be carried over, line by
/// line. For one thread.
public final class PolicyImport {
  /// The profile that gets everything.
  static final String PROFILE = "developer";

  /// What some editors write in front of a text.
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /// Longest file, in octets.
  static final int MAX_OCTETS = 8 * 1024 * 1024;

  private final String name;
  private final List<Extra> extras = new ArrayList<>();
  private final List<ImportedRule> allowed = new ArrayList<>();
  private final List<ImportedRule> denied = new ArrayList<>();
  private final List<Server> servers = new ArrayList<>();
  private final Refusals refusals = new Refusals();
  private final McpServers mcp = new McpServers();
  private final List<String> remarks = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private boolean forClaudeCode;

  private record Server(String name, ImportedRule rule) {}

  private record Extra(String trafficClass, String entry, String why) {}

  /// Begins an import.
  ///
  /// @param name of the policy
  public PolicyImport(String name) {
    this.name = name;
  }

  /// Adds an entry that no file names, with the reason for it.
  void also(String trafficClass, String entry, String why) {
    extras.add(new Extra(trafficClass, entry, why));
  }

  /// Reads a file: JSON settings of Claude Code or sandbox-runtime, `.mcp.json`, or a Squid
  /// configuration or list.
  ///
  /// @throws IOException with a sentence when it cannot be read or is none of these
  public void read(Path file) throws IOException {
    String text = text(file);
    files.add(file.toString());
    if (text.stripLeading().startsWith("{")) {
      new JsonImport(this).read(JsonNodes.read(file.toString(), text));
    } else {
      new SquidImport(this, file).read(text);
    }
  }

  /// The text of a file.
  ///
  /// @throws IOException with a sentence when it is longer than [#MAX_OCTETS] or cannot be read
  static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_OCTETS + 1);
      if (octets.length > MAX_OCTETS) {
        throw new IOException(Problem.quote(file.toString()) + " is larger than 8 MiB; split it");
      }
      String text = new String(octets, StandardCharsets.UTF_8);
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
  }

  /// What could not be carried over, or only with a difference: `file:line:column: sentence`.
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  void remark(Place place, String sentence) {
    remarks.add(place + ": " + sentence);
  }

  void isForClaudeCode() {
    forClaudeCode = true;
  }

  /// Takes over a pattern that is allowed.
  ///
  /// @param scheme the word behind `scheme:`; empty for https
  void allow(String pattern, String trafficClass, String scheme, Place place) {
    rule(pattern, trafficClass, scheme, place).ifPresent(allowed::add);
  }

  /// Takes over a remote MCP server, if the settings permit it.
  void server(String serverName, String pattern, String scheme, Place place) {
    rule(pattern, JsonImport.MCP, scheme, place)
        .ifPresent(rule -> servers.add(new Server(serverName, rule)));
  }

  /// Which MCP servers may be used.
  McpServers mcp() {
    return mcp;
  }

  private Optional<ImportedRule> rule(
      String pattern, String trafficClass, String scheme, Place place) {
    Optional<DomainPattern> found = parse(pattern, place, "is not carried over");
    if (found.filter(DomainPattern::isEverything).isPresent()) {
      remark(
          place,
          Problem.quote(pattern)
              + " allows every host and is not carried over; write `{any: true, accept-risk: \"who"
              + " and why\"}` if that is meant");
      return Optional.empty();
    }
    return found.map(one -> new ImportedRule(one, trafficClass, scheme, place));
  }

  /// Takes over a pattern that is denied. What the language has no word for takes away from what
  /// the class allows instead.
  void deny(String pattern, String trafficClass, Place place) {
    Optional<DomainPattern> found =
        parse(pattern, place, "is no deny rule here, and what it covers is left out");
    if (found.filter(one -> !one.isEverything()).isPresent()) {
      denied.add(new ImportedRule(found.get(), "", "", place));
    } else {
      refusals.add(DomainGlob.parse(pattern), Optional.empty(), trafficClass, place);
    }
    if (found.filter(DomainPattern::isEverything).isPresent()) {
      remark(place, Problem.quote(pattern) + " denies every host of " + trafficClass);
    }
  }

  /// Takes note of a pattern about which a person is asked there: it is refused here, even where
  /// another rule would allow it.
  void ask(String pattern, String trafficClass, Place place) {
    Optional<DomainPattern> found =
        parse(pattern, place, "is left out").filter(one -> !one.isEverything());
    refusals.add(DomainGlob.parse(pattern), found, trafficClass, place);
  }

  /// Denies a part of what a class allows, for that is how the language says it.
  void denyPart(DomainPattern pattern, Place place) {
    ImportedRule rule = new ImportedRule(pattern, "", "", place);
    if (!denied.contains(rule)) {
      denied.add(rule);
      remark(place, Problem.quote(pattern.text()) + " is denied for every purpose here");
    }
  }

  private Optional<DomainPattern> parse(String pattern, Place place, String what) {
    try {
      return Optional.of(DomainPattern.parse(pattern));
    } catch (MalformedHostException wrong) {
      remark(place, Problem.quote(pattern) + " " + what + ": " + wrong.getMessage());
      return Optional.empty();
    }
  }

  /// The policy. To be asked for once.
  public PolicyDraft draft() {
    servers.forEach(this::allowServer);
    List<ImportedRule> kept = refusals.without(allowed, this);
    allowed.clear();
    allowed.addAll(kept);
    PolicyDraft draft = new PolicyDraft(name);
    if (!files.isEmpty()) {
      draft.say("Imported from " + String.join(", ", files) + ": look at every line.");
      draft.say("Ports: 443 for https and 80 for http; the other program did not look at them.");
    }
    if (forClaudeCode) {
      String why = "not in the settings: Claude Code itself needs it";
      give(draft, "model", "{catalog: anthropic/api}", why);
      give(draft, "authentication", "{catalog: anthropic/login}", why);
    }
    extras.forEach(extra -> give(draft, extra.trafficClass, extra.entry, extra.why));
    for (ImportedRule rule : allowed) {
      entry(rule)
          .ifPresent(text -> give(draft, rule.trafficClass(), text, rule.place().fileAndLine()));
    }
    for (ImportedRule rule : denied) {
      rule.pattern()
          .words()
          .ifPresent(
              words ->
                  draft.deny(
                      "{" + words + ports(rule.pattern()) + "}",
                      List.of(rule.place().fileAndLine())));
    }
    if (draft.classes().isEmpty()) {
      draft.trafficClass("webfetch");
      draft.profile(PROFILE, "webfetch");
    }
    draft.assign("{any: true, profile: " + PROFILE + "}", List.of("whoever proved who they are"));
    remarks.forEach(remark -> draft.say("not as it was: " + remark));
    ImportedTests tests = new ImportedTests(draft, allowed, denied);
    tests.named();
    if (forClaudeCode) {
      tests.model();
    }
    tests.metadata();
    return draft;
  }

  private void allowServer(Server server) {
    boolean permitted =
        server.rule.pattern().host().filter(host -> mcp.permit(server.name, host)).isPresent();
    if (permitted) {
      allowed.add(server.rule);
    } else {
      remark(
          server.rule.place(),
          "MCP server "
              + Problem.quote(server.name)
              + " is left out: the settings do not allow it");
    }
  }

  private static void give(PolicyDraft draft, String trafficClass, String entry, String why) {
    draft.allow(trafficClass, entry, List.of(why));
    draft.profile(PROFILE, trafficClass);
  }

  private static String ports(DomainPattern pattern) {
    return pattern.port().map(port -> ", ports: [" + port + "]").orElse("");
  }

  /// The entry, with the word that a public suffix needs; empty with a remark where the language
  /// does not take it.
  private Optional<String> entry(ImportedRule rule) {
    String scheme = rule.scheme().isEmpty() ? "" : ", scheme: " + rule.scheme();
    String body = rule.pattern().words().orElse("") + scheme + ports(rule.pattern());
    if (!rule.pattern().below() || loads("{" + body + "}")) {
      return Optional.of("{" + body + "}");
    }
    String meant = "{" + body + ", public-suffix: true}";
    if (loads(meant)) {
      remark(rule.place(), "this opens every name below a public suffix: anybody can have one");
      return Optional.of(meant);
    }
    remark(rule.place(), "the policy language does not take `{" + body + "}`");
    return Optional.empty();
  }

  private static boolean loads(String entry) {
    try {
      PolicyLoader.load(
          "entry", "sallyport: 1\nname: entry\nclasses: {one: {allow: [" + entry + "]}}\n");
      return true;
    } catch (LoadException wrong) {
      return false;
    }
  }
}
