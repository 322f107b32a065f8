package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Scheme;
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

  private static final String MODEL = "api.anthropic.com";
  private static final String METADATA = "169.254.169.254";

  /// Longest file, in octets.
  static final int MAX_OCTETS = 8 * 1024 * 1024;

  /// Tests that are written; a long list needs no test for each line.
  private static final int MAX_TESTS = 200;

  private final String name;
  private final List<Extra> extras = new ArrayList<>();
  private final List<Rule> allowed = new ArrayList<>();
  private final List<Rule> denied = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private boolean forClaudeCode;

  /// A pattern and where it stands.
  ///
  /// @param trafficClass empty for what is denied
  /// @param scheme the word behind `scheme:`; empty for https
  private record Rule(DomainPattern pattern, String trafficClass, String scheme, Place place) {}

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
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_OCTETS + 1);
      if (octets.length > MAX_OCTETS) {
        throw new IOException(Problem.quote(file.toString()) + " is larger than 8 MiB; split it");
      }
      text = new String(octets, StandardCharsets.UTF_8);
    }
    files.add(file.toString());
    if (text.stripLeading().startsWith("{")) {
      new JsonImport(this).read(JsonNodes.read(file.toString(), text));
    } else {
      new SquidImport(this).read(file.toString(), text);
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
    parse(pattern, place).ifPresent(found -> allow(found, trafficClass, scheme, place, pattern));
  }

  private void allow(
      DomainPattern found, String trafficClass, String scheme, Place place, String written) {
    if (found.isEverything()) {
      remark(
          place,
          Problem.quote(written)
              + " allows every host and is not carried over; write `{any: true, accept-risk: \"who"
              + " and why\"}` if that is meant");
      return;
    }
    allowed.add(new Rule(found, trafficClass, scheme, place));
  }

  /// Takes over a pattern that is denied.
  void deny(String pattern, Place place) {
    Optional<DomainPattern> found = parse(pattern, place);
    if (found.filter(DomainPattern::isEverything).isPresent()) {
      remark(place, Problem.quote(pattern) + " denies every host; nothing is denied by it here");
    } else {
      found.ifPresent(rule -> denied.add(new Rule(rule, "", "", place)));
    }
  }

  private Optional<DomainPattern> parse(String pattern, Place place) {
    try {
      return Optional.of(DomainPattern.parse(pattern));
    } catch (MalformedHostException wrong) {
      remark(place, Problem.quote(pattern) + " is not carried over: " + wrong.getMessage());
      return Optional.empty();
    }
  }

  /// The policy.
  public PolicyDraft draft() {
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
    for (Rule rule : allowed) {
      entry(rule).ifPresent(text -> give(draft, rule.trafficClass, text, rule.place.fileAndLine()));
    }
    for (Rule rule : denied) {
      rule.pattern
          .words()
          .ifPresent(
              words ->
                  draft.deny(
                      "{" + words + ports(rule.pattern) + "}", List.of(rule.place.fileAndLine())));
    }
    if (draft.classes().isEmpty()) {
      draft.trafficClass("webfetch");
      draft.profile(PROFILE, "webfetch");
    }
    draft.assign("{any: true, profile: " + PROFILE + "}", List.of("whoever proved who they are"));
    remarks.forEach(remark -> draft.say("not as it was: " + remark));
    tests(draft);
    if (forClaudeCode) {
      modelTest(draft);
    }
    metadataTest(draft);
    return draft;
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
  private Optional<String> entry(Rule rule) {
    String scheme = rule.scheme.isEmpty() ? "" : ", scheme: " + rule.scheme;
    String body = rule.pattern.words().orElse("") + scheme + ports(rule.pattern);
    if (loads("{" + body + "}")) {
      return Optional.of("{" + body + "}");
    }
    String meant = "{" + body + ", public-suffix: true}";
    if (loads(meant)) {
      remark(rule.place, "this opens every name below a public suffix: anybody can have one");
      return Optional.of(meant);
    }
    remark(rule.place, "the policy language does not take `{" + body + "}`");
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

  /// A test for each host that was named, with what the other program says of it.
  private void tests(PolicyDraft draft) {
    List<Rule> all = new ArrayList<>(allowed);
    all.addAll(denied);
    for (Rule rule : all.subList(0, Math.min(MAX_TESTS, all.size()))) {
      Optional<Host> host = rule.pattern.host();
      if (host.isPresent()) {
        test(draft, rule, host.get());
        if (rule.pattern.below()) {
          below(host.get()).ifPresent(name -> test(draft, rule, name));
        }
      }
    }
  }

  private static Optional<Host> below(Host host) {
    try {
      return Optional.of(Host.parse("a.b." + host.text()));
    } catch (MalformedHostException tooLong) {
      return Optional.empty();
    }
  }

  /// Adds a test that the model's host is reached, or, where a rule denies it, that it is not.
  private void modelTest(PolicyDraft draft) {
    Host host = host(MODEL);
    int port = Scheme.HTTPS.defaultPort();
    if (anyMatches(denied, host, port, false)) {
      draft.denied(host, Scheme.HTTPS, port, PROFILE);
      draft.say(MODEL + " is denied, so Claude Code will not work.");
    } else {
      draft.allowed(host, Scheme.HTTPS, port, PROFILE);
    }
  }

  /// Adds a test that cloud metadata is refused, unless a file asked for it.
  private void metadataTest(PolicyDraft draft) {
    Host host = host(METADATA);
    int port = Scheme.HTTP.defaultPort();
    if (!anyMatches(allowed, host, port, true)) {
      draft.denied(host, Scheme.HTTP, port, PROFILE);
    }
  }

  private static Host host(String name) {
    try {
      return Host.parse(name);
    } catch (MalformedHostException impossible) {
      throw new IllegalStateException("a name in code is a name", impossible);
    }
  }

  private void test(PolicyDraft draft, Rule rule, Host host) {
    int port = rule.pattern.port().orElse(Scheme.HTTPS.defaultPort());
    boolean https = !rule.scheme.equals("http");
    Scheme scheme = https ? Scheme.HTTPS : Scheme.HTTP;
    int asked = https ? port : rule.pattern.port().orElse(Scheme.HTTP.defaultPort());
    if (anyMatches(denied, host, asked, false)) {
      draft.denied(host, scheme, asked, PROFILE);
    } else if (anyMatches(allowed, host, asked, true)) {
      draft.allowed(host, scheme, asked, PROFILE);
    }
  }

  private static boolean anyMatches(List<Rule> rules, Host host, int port, boolean standard) {
    return rules.stream()
        .filter(rule -> rule.pattern.matches(host.text()))
        .anyMatch(
            rule ->
                rule.pattern.port().map(only -> only == port).orElse(!standard || isDefault(port)));
  }

  private static boolean isDefault(int port) {
    return port == Scheme.HTTPS.defaultPort() || port == Scheme.HTTP.defaultPort();
  }
}
