package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.check.PolicyDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes the tests of an imported policy: what the other program says of each host that it names.
/// The rules are asked by a comparison of texts, not by the policy that comes of them. For one
/// thread.
final class ImportedTests {
  private static final String PROFILE = PolicyImport.PROFILE;
  private static final String MODEL = "api.anthropic.com";
  private static final String METADATA = "169.254.169.254";

  /// Tests that are written; a long list needs no test for each line.
  private static final int MAX_TESTS = 200;

  private final PolicyDraft draft;
  private final List<ImportedRule> allowed;
  private final List<ImportedRule> denied;

  ImportedTests(PolicyDraft draft, List<ImportedRule> allowed, List<ImportedRule> denied) {
    this.draft = draft;
    this.allowed = allowed;
    this.denied = denied;
  }

  /// Adds a test for each host that was named, with what the other program says of it.
  void named() {
    List<ImportedRule> all = new ArrayList<>(allowed);
    all.addAll(denied);
    for (ImportedRule rule : all.subList(0, Math.min(MAX_TESTS, all.size()))) {
      Optional<Host> host = rule.pattern().host();
      if (host.isPresent()) {
        test(rule, host.get());
        if (rule.pattern().below()) {
          below(host.get()).ifPresent(name -> test(rule, name));
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
  void model() {
    Host host = host(MODEL);
    int port = Scheme.HTTPS.defaultPort();
    if (ImportedRule.anyMatches(denied, host, port, List.of(port))) {
      draft.denied(host, Scheme.HTTPS, port, PROFILE);
      draft.say(MODEL + " is denied, so Claude Code will not work.");
    } else {
      draft.allowed(host, Scheme.HTTPS, port, PROFILE);
    }
  }

  /// Adds a test that cloud metadata is refused, unless a file asked for it.
  void metadata() {
    Host host = host(METADATA);
    int port = Scheme.HTTP.defaultPort();
    if (!ImportedRule.anyMatches(allowed, host, port, ImportedRule.defaultPorts())) {
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

  private void test(ImportedRule rule, Host host) {
    int port = rule.pattern().port().orElse(Scheme.HTTPS.defaultPort());
    boolean https = !rule.scheme().equals("http");
    Scheme scheme = https ? Scheme.HTTPS : Scheme.HTTP;
    int asked = https ? port : rule.pattern().port().orElse(Scheme.HTTP.defaultPort());
    if (ImportedRule.anyMatches(denied, host, asked, List.of(asked))) {
      draft.denied(host, scheme, asked, PROFILE);
    } else if (ImportedRule.anyMatches(allowed, host, asked, ImportedRule.defaultPorts())) {
      draft.allowed(host, scheme, asked, PROFILE);
    }
  }
}
