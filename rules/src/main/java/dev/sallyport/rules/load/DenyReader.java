package dev.sallyport.rules.load;

import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.SchemeRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads the deny rules. A rule without scheme or ports stands for all of them.
final class DenyReader {
  private static final String PREFIX = "deny";
  private static final RequestRule.Conditions NO_CONDITIONS =
      new RequestRule.Conditions(new TreeSet<>(), List.of(), new TreeMap<>(), new TreeMap<>());

  private final RuleIds ids;
  private final Problems problems;
  private final List<DenyRule> rules = new ArrayList<>();
  private final Map<String, Place> written = new HashMap<>();

  DenyReader(RuleIds ids, Problems problems) {
    this.ids = ids;
    this.problems = problems;
  }

  /// What was read, in the order of the files.
  List<DenyRule> rules() {
    return rules;
  }

  /// Reads one item of `deny`: a bare name or a mapping.
  void read(Node item) {
    switch (item) {
      case Node.Mapping mapping -> read(Fields.of(mapping, problems));
      case Node.Scalar scalar when !scalar.isNothing() ->
          HostText.name("host", scalar, problems)
              .ifPresent(name -> add(new HostPattern.Exact(name), scalar.place()));
      case Node.Scalar _, Node.Sequence _ ->
          problems.add(
              item.place(),
              "a deny rule must be a host or a mapping, not " + item.kind(),
              "write `name.example` or `{domain: name.example}`");
    }
  }

  private void add(HostPattern hosts, Place place) {
    add(hosts, SchemeRule.ANY, new Ports.All(), "", NO_CONDITIONS, Optional.empty(), place);
  }

  private void read(Fields fields) {
    RuleFields rule = new RuleFields(fields, problems);
    Optional<HostPattern> hosts = rule.theOne(RuleFields.HOST_KEYS).flatMap(rule::hosts);
    SchemeRule scheme = rule.scheme().orElse(SchemeRule.ANY);
    Ports ports = rule.ports().orElseGet(Ports.All::new);
    String why = fields.line("reason", Language.MAX_LINE).orElse("");
    Optional<Node.Scalar> id = fields.scalar("id");
    // Denying everything below a public suffix narrows, so it needs no leave; the word is taken all
    // the same.
    rule.onlyTrue("public-suffix");
    RequestRule.Conditions requests = new TermsReader(fields, problems).conditions();
    fields.finish();
    hosts.ifPresent(pattern -> add(pattern, scheme, ports, why, requests, id, fields.place()));
  }

  private void add(
      HostPattern hosts,
      SchemeRule scheme,
      Ports ports,
      String why,
      RequestRule.Conditions requests,
      Optional<Node.Scalar> id,
      Place place) {
    String canonical = Canonical.deny(hosts, scheme, ports, requests);
    Place first = written.putIfAbsent(canonical, place);
    if (first != null) {
      problems.add(
          place, "this says the same as the rule at " + first.fileAndLine(), "keep one of them");
      return;
    }
    RuleRef ref =
        id.map(given -> ids.given(given.text(), given.place(), place))
            .orElseGet(() -> ids.made(PREFIX, canonical, place));
    RequestRules rule =
        requests.isEmpty() ? RequestRules.NONE : new RequestRules(List.of(requests), true);
    rules.add(new DenyRule(ref, hosts, scheme, ports, why, rule));
  }
}
