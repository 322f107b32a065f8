package dev.sallyport.rules.check;

import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.Audience;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;

/// Clients that meet some conditions and, beyond what follows from these, as few others as can be.
///
/// Whatever other condition one of them meets is met by every client that meets the conditions from
/// a like address with a like proof: so what the assignments make of such a client shows all that
/// the conditions can lead to.
final class Wanted {
  /// A name, or a rest of one, that nobody writes in a policy: names have no such character.
  static final String FRESH = "\u0001";

  private static final String STAR = "*";

  private final SequencedSet<Condition> conditions = new LinkedHashSet<>();
  private final List<String> tokens = new ArrayList<>();
  private final SequencedSet<CertificateName> certificates = new LinkedHashSet<>();
  private final Map<String, List<String>> labels = new TreeMap<>();
  private final Map<String, List<String>> claims = new TreeMap<>();
  private final List<Cidr> ranges = new ArrayList<>();
  private final SequencedSet<String> listeners = new LinkedHashSet<>();
  private boolean proven;
  private boolean anonymous;

  /// Those who meet all of these.
  Wanted(Collection<Condition> all) {
    conditions.addAll(all);
    conditions.forEach(this::add);
  }

  /// Those who meet the conditions of both.
  Wanted with(Wanted other) {
    List<Condition> all = new ArrayList<>(conditions);
    all.addAll(other.conditions);
    return new Wanted(all);
  }

  private void add(Condition condition) {
    switch (condition) {
      case Condition.TokenNamed(var pattern) -> tokens.add(pattern);
      case Condition.Certified(var name) -> certificates.add(name);
      case Condition.From(var range) -> ranges.add(range);
      case Condition.Through(var listener) -> listeners.add(listener);
      case Condition.Labelled(var wanted) -> {
        proven = true;
        add(labels, wanted);
      }
      case Condition.Claiming(var wanted) -> add(claims, wanted);
      case Condition.Proven() -> proven = true;
      case Condition.Anonymous() -> anonymous = true;
    }
  }

  private static void add(Map<String, List<String>> to, Map<String, String> wanted) {
    wanted.forEach(
        (name, pattern) -> to.computeIfAbsent(name, key -> new ArrayList<>(1)).add(pattern));
  }

  /// The clients; none when the conditions exclude one another.
  ///
  /// @param spans the spans that all ranges of the policies cut addresses into
  List<ClientIdentity> clients(List<Spanned> spans) {
    Optional<Map<String, String>> proves = values(labels);
    Optional<Map<String, String>> says = values(claims);
    if (proves.isEmpty() || says.isEmpty() || listeners.size() > 1) {
      return List.of();
    }
    String listener = listeners.isEmpty() ? FRESH : listeners.getFirst();
    List<ClientIdentity> clients = new ArrayList<>();
    List<Proof> proofs = proofs();
    List<Spanned> from = proofs.isEmpty() ? List.of() : least(spans);
    for (Proof proof : proofs) {
      for (Spanned span : from) {
        clients.add(
            new ClientIdentity(proof, span.span.first(), listener, proves.get(), says.get()));
      }
    }
    return clients;
  }

  private List<Proof> proofs() {
    if (!certificates.isEmpty()) {
      Audience together =
          new Audience(certificates.stream().<Condition>map(Condition.Certified::new).toList());
      return anonymous || !tokens.isEmpty() || !together.meets(together)
          ? List.of()
          : List.of(Proof.Certificate.saying(List.copyOf(certificates)));
    }
    if (!tokens.isEmpty()) {
      return anonymous ? List.of() : value(tokens).<Proof>map(Proof.Token::new).stream().toList();
    }
    if (proven) {
      return anonymous
          ? List.of(new Proof.OwnListener())
          : List.of(new Proof.Token(FRESH), new Proof.OwnListener());
    }
    return anonymous
        ? List.of(new Proof.Nothing(), new Proof.OwnListener())
        : List.of(new Proof.Token(FRESH), new Proof.OwnListener(), new Proof.Nothing());
  }

  /// The spans inside every range that lie in as few others as can be.
  private List<Spanned> least(List<Spanned> spans) {
    List<Spanned> inside = spans.stream().filter(span -> span.ranges.containsAll(ranges)).toList();
    List<Spanned> least = new ArrayList<>();
    for (Spanned span : inside) {
      if (least.stream().noneMatch(kept -> span.ranges.containsAll(kept.ranges))
          && inside.stream()
              .noneMatch(
                  other ->
                      span.ranges.size() > other.ranges.size()
                          && span.ranges.containsAll(other.ranges))) {
        least.add(span);
      }
    }
    return least;
  }

  /// Addresses with the ranges that they lie in.
  record Spanned(AddressSpan span, List<Cidr> ranges) {
    static List<Spanned> of(Collection<Cidr> ranges) {
      return AddressSpan.of(ranges).stream()
          .map(
              span ->
                  new Spanned(
                      span,
                      ranges.stream()
                          .filter(range -> range.contains(span.first()))
                          .distinct()
                          .toList()))
          .toList();
    }
  }

  private static Optional<Map<String, String>> values(Map<String, List<String>> wanted) {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, List<String>> label : wanted.entrySet()) {
      Optional<String> value = value(label.getValue());
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.put(label.getKey(), value.get());
    }
    return Optional.of(values);
  }

  /// A value that fits all patterns, and no pattern that another such value does not fit.
  private static Optional<String> value(List<String> patterns) {
    String strictest = patterns.getFirst();
    for (String pattern : patterns) {
      boolean exact = !pattern.endsWith(STAR);
      boolean longer = strictest.endsWith(STAR) && pattern.length() > strictest.length();
      strictest = exact || longer ? pattern : strictest;
    }
    String value =
        strictest.endsWith(STAR)
            ? strictest.substring(0, strictest.length() - 1) + FRESH
            : strictest;
    return patterns.stream().allMatch(pattern -> fits(pattern, value))
        ? Optional.of(value)
        : Optional.empty();
  }

  private static boolean fits(String pattern, String value) {
    return pattern.endsWith(STAR)
        ? value.startsWith(pattern.substring(0, pattern.length() - 1))
        : value.equals(pattern);
  }

  /// Whom the conditions mean, for a person.
  String text() {
    List<String> words = new ArrayList<>();
    tokens.stream().distinct().forEach(pattern -> words.add("token " + pattern));
    certificates.forEach(name -> words.add("certificate " + name));
    if (anonymous) {
      words.add("no token");
    }
    labels.forEach((name, patterns) -> words.add(text("", name, patterns)));
    claims.forEach((name, patterns) -> words.add(text("the claim ", name, patterns)));
    ranges.stream().distinct().forEach(range -> words.add("an address in " + range));
    listeners.forEach(listener -> words.add("listener " + listener));
    if (words.isEmpty()) {
      words.add(proven ? "any proof of who they are" : "anything else");
    }
    return String.join(" and ", words);
  }

  private static String text(String what, String name, List<String> patterns) {
    return what + name + " " + String.join(" and ", new LinkedHashSet<>(patterns));
  }
}
