package dev.sallyport.rules.load;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TunnelRule;
import dev.sallyport.rules.TunnelRule.Opening;
import dev.sallyport.rules.catalog.CatalogEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the allowlist of one class, entry by entry.
final class EntryReader {
  private static final List<String> SUBJECTS =
      List.of("host", "domain", "subdomains-of", "address", "any", "catalog", "git", "mcp");

  private final String className;
  private final Terms classTerms;
  private final Optional<Exceptional> exception;
  private final RuleIds ids;
  private final Problems problems;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Place> written = new HashMap<>();
  private final Set<String> expanded = new HashSet<>();
  private Optional<Place> unseeing = Optional.empty();

  /// The exception that entries belong to.
  ///
  /// @param id as written, which becomes the rule's
  record Exceptional(ExceptionTerms terms, Node.Scalar id, Place place) {}

  /// @param classTerms what the class says of all its entries
  /// @param exception when the entries belong to an exception
  EntryReader(
      String className,
      Terms classTerms,
      Optional<Exceptional> exception,
      RuleIds ids,
      Problems problems) {
    this.className = className;
    this.classTerms = classTerms;
    this.exception = exception;
    this.ids = ids;
    this.problems = problems;
  }

  /// What was read, in the order of the file.
  List<Entry> entries() {
    return entries;
  }

  /// The first entry that never gets to see something that is asked for.
  Optional<Place> unseeing() {
    return unseeing;
  }

  /// Reads one item of `allow`: a bare name or a mapping.
  void read(Node item) {
    switch (item) {
      case Node.Mapping mapping -> read(Fields.of(mapping, problems));
      case Node.Scalar scalar when !scalar.isNothing() ->
          HostText.name("host", scalar, problems).ifPresent(name -> addBare(name, scalar));
      case Node.Scalar _, Node.Sequence _ ->
          problems.add(
              item.place(),
              "an entry must be a host or a mapping, not " + item.kind(),
              "write `name.example` or `{host: name.example}`");
    }
  }

  private void addBare(Host.Name name, Node.Scalar scalar) {
    HostPattern hosts = new HostPattern.Exact(name);
    Conditions conditions = Conditions.bare(Terms.NONE.within(classTerms));
    String canonical = conditions.canonical(Canonical.text(hosts));
    if (isNew(canonical, scalar.place())) {
      RuleRef rule =
          givenId(Optional.empty(), scalar.place())
              .orElseGet(() -> ids.made(className, canonical, scalar.place()));
      add(conditions.entry(rule, hosts, Optional.empty(), exceptionTerms()));
    }
  }

  private void add(Entry entry) {
    if (unseeing.isEmpty() && Sight.isMissing(entry)) {
      unseeing = Optional.of(entry.rule().place());
    }
    entries.add(entry);
  }

  private Optional<ExceptionTerms> exceptionTerms() {
    return exception.map(Exceptional::terms);
  }

  /// The id that the author gave to the entry or to its exception.
  private Optional<RuleRef> givenId(Optional<Node.Scalar> own, Place rule) {
    return own.map(id -> ids.given(id.text(), id.place(), rule))
        .or(() -> exception.map(of -> ids.given(of.id().text(), of.id().place(), of.place())));
  }

  private void read(Fields fields) {
    RuleFields rule = new RuleFields(fields, problems);
    Optional<String> key = rule.theOne(SUBJECTS);
    Optional<Node.Scalar> id = fields.scalar("id");
    fields.line("reason", Language.MAX_LINE);
    switch (key.orElse("")) {
      case "git" -> add(new ServiceReader(fields, problems).git(), "git", fields, id);
      case "mcp" -> add(new ServiceReader(fields, problems).mcp(), "mcp", fields, id);
      default -> readHosts(key, rule, fields, id);
    }
    fields.finish();
  }

  private void add(
      Optional<ServiceReader.Service> service,
      String key,
      Fields fields,
      Optional<Node.Scalar> id) {
    Terms own = new TermsReader(fields, problems).termsWithoutConditions();
    if (service.isPresent()) {
      ServiceReader.Service found = service.get();
      Conditions conditions =
          new Conditions(
              found.scheme(),
              found.ports(),
              List.of(),
              TunnelRule.STRICT,
              Optional.empty(),
              own.with(found.rule(), key).within(classTerms));
      checkSight(conditions, Optional.of(key), fields);
      add(found.hosts(), fields, id, conditions);
    }
  }

  private void readHosts(
      Optional<String> key, RuleFields rule, Fields fields, Optional<Node.Scalar> id) {
    Terms own = new TermsReader(fields, problems).terms();
    Conditions conditions = Conditions.read(fields, rule, key.orElse(""), own.within(classTerms));
    checkSight(conditions, own.sightKey(), fields);
    fields.known(List.of("public-suffix"));
    if (key.isPresent() && key.get().equals("catalog")) {
      fields.scalar("catalog").ifPresent(part -> addCatalog(part, fields.place(), id, conditions));
    } else if (key.isPresent()) {
      Optional<HostPattern> hosts = rule.hosts(key.get());
      boolean suffixMeant = rule.onlyTrue("public-suffix");
      hosts.ifPresent(pattern -> add(pattern, fields, id, conditions));
      hosts
          .filter(pattern -> !suffixMeant)
          .ifPresent(pattern -> refusePublicSuffix(key.get(), pattern, fields));
      requireAcceptedRisk(key.get(), fields, conditions);
    }
  }

  private void checkSight(Conditions conditions, Optional<String> ownKey, Fields fields) {
    boolean seen =
        conditions.terms().interception() == Interception.ON
            || conditions.scheme() == SchemeRule.HTTP;
    if (!seen) {
      ownKey.ifPresent(key -> Sight.missing(fields, key));
    }
    boolean twice = !classTerms.duties().organisations().isEmpty() && fields.has("organisations");
    if (twice) {
      fields.problem(
          "organisations", "`organisations` stands in the class already", "keep one of them");
    }
  }

  private void add(
      HostPattern hosts, Fields fields, Optional<Node.Scalar> id, Conditions conditions) {
    String canonical = conditions.canonical(Canonical.text(hosts));
    if (isNew(canonical, fields.place())) {
      RuleRef rule =
          givenId(id, fields.place())
              .orElseGet(() -> ids.made(className, canonical, fields.place()));
      add(conditions.entry(rule, hosts, Optional.empty(), exceptionTerms()));
    }
  }

  private void addCatalog(
      Node.Scalar part, Place place, Optional<Node.Scalar> id, Conditions conditions) {
    Optional<List<CatalogEntry>> found = CatalogText.hosts(part, problems);
    if (found.isPresent() && isNew(conditions.canonical("catalog " + part.text()), place)) {
      Optional<String> prefix = givenId(id, place).map(RuleRef::id);
      found.get().forEach(host -> expand(host, part.text(), place, prefix, conditions));
    }
  }

  /// Adds one host of a catalogue. Catalogues overlap, so one that is already listed in the same
  /// way is left out.
  private void expand(
      CatalogEntry host, String part, Place place, Optional<String> prefix, Conditions conditions) {
    for (Conditions needed : conditions.narrowedTo(host.requests())) {
      String canonical = needed.canonical(Canonical.text(host.pattern()));
      if (!written.containsKey(canonical) && expanded.add(canonical)) {
        RuleRef rule = ids.made(prefix.orElse(className), canonical, place);
        add(needed.entry(rule, host.pattern(), Optional.of(part), exceptionTerms()));
      }
    }
  }

  private boolean isNew(String canonical, Place place) {
    Place first = written.putIfAbsent(canonical, place);
    if (first != null) {
      problems.add(
          place, "this says the same as the entry at " + first.fileAndLine(), "keep one of them");
    }
    return first == null;
  }

  private void refusePublicSuffix(String key, HostPattern hosts, Fields fields) {
    Optional<Host.Name> name =
        switch (hosts) {
          case HostPattern.Below(var suffix) -> Optional.of(suffix);
          case HostPattern.Domain(var suffix) -> Optional.of(suffix);
          case HostPattern.Exact _, HostPattern.Addresses _, HostPattern.Any _ -> Optional.empty();
        };
    if (name.isPresent() && PublicSuffixes.ofThisMachine().contain(name.get())) {
      fields.problem(
          key,
          Problem.quote(name.get().text())
              + " is a public suffix: anybody can have a name below it",
          "name the hosts, or write `public-suffix: true` beside it");
    }
  }

  private static void requireAcceptedRisk(String key, Fields fields, Conditions conditions) {
    if (key.equals("any") && conditions.acceptRisk().isEmpty() && !fields.has("accept-risk")) {
      fields.problem(
          "any",
          "`any: true` allows every host and needs `accept-risk`",
          "write `accept-risk: \"who and why\"` beside it");
    }
  }

  /// What an entry says beside its hosts.
  private record Conditions(
      SchemeRule scheme,
      Ports ports,
      List<Cidr> resolvesTo,
      TunnelRule tunnel,
      Optional<String> acceptRisk,
      Terms terms) {

    static Conditions bare(Terms terms) {
      return new Conditions(
          SchemeRule.HTTPS,
          new Ports.Default(),
          List.of(),
          TunnelRule.STRICT,
          Optional.empty(),
          terms);
    }

    static Conditions read(Fields fields, RuleFields rule, String key, Terms terms) {
      List<Cidr> resolvesTo = rule.ranges("resolves-to");
      if (fields.has("resolves-to") && (key.equals("address") || key.equals("any"))) {
        fields.problem(
            "resolves-to",
            "`resolves-to` says where a name may lead, and " + Problem.quote(key) + " is no name",
            "remove it");
      }
      return new Conditions(
          rule.scheme().orElse(SchemeRule.HTTPS),
          rule.ports().orElseGet(Ports.Default::new),
          resolvesTo,
          tunnel(fields, key),
          fields.line("accept-risk", Language.MAX_LINE),
          terms);
    }

    /// Clients name no server in a ClientHello to an address (RFC 6066 section 3), so for `address`
    /// that is the norm.
    private static TunnelRule tunnel(Fields fields, String key) {
      boolean nameOptional =
          fields.choice("sni", List.of("absent")).isPresent() || key.equals("address");
      boolean anything = fields.choice("tunnel", List.of("any")).isPresent();
      boolean echDenied = fields.choice("ech", List.of("deny")).isPresent();
      Opening opening = nameOptional ? Opening.TLS_NAME_OPTIONAL : Opening.TLS_WITH_NAME;
      return new TunnelRule(anything ? Opening.ANYTHING : opening, echDenied);
    }

    /// The same for each of the requests that a catalogue's part needs of a host. In a tunnel
    /// nothing is seen of them, so there the host is allowed as a whole.
    List<Conditions> narrowedTo(List<RequestRules> needed) {
      boolean seen = terms.interception() == Interception.ON || scheme == SchemeRule.HTTP;
      if (needed.isEmpty() || !seen) {
        return List.of(this);
      }
      return needed.stream()
          .map(
              each ->
                  new Conditions(
                      scheme, ports, resolvesTo, tunnel, acceptRisk, terms.narrowedTo(each)))
          .toList();
    }

    String canonical(String hosts) {
      return Canonical.conditions(hosts, scheme, ports, resolvesTo, tunnel)
          + Canonical.requests(terms);
    }

    Entry entry(
        RuleRef rule,
        HostPattern hosts,
        Optional<String> catalog,
        Optional<ExceptionTerms> exception) {
      return new Entry(
          rule,
          hosts,
          scheme,
          ports,
          resolvesTo,
          tunnel,
          catalog,
          acceptRisk,
          terms.requests(),
          terms.interception(),
          terms.duties(),
          exception);
    }
  }
}
