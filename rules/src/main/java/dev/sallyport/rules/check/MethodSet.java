package dev.sallyport.rules.check;

import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestRules;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// A set of methods: some, or all but some.
///
/// @param names those in the set, or where `others` holds, those that are not
/// @param others whether the methods that are not listed are in the set
public record MethodSet(SortedSet<String> names, boolean others) {
  /// Every method.
  static final MethodSet ALL = new MethodSet(Collections.emptySortedSet(), true);

  /// What git's services are asked with (gitprotocol-http).
  private static final List<String> GIT = List.of("GET", "POST");

  public MethodSet {
    names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }

  /// Whether a method is in the set.
  public boolean contains(String method) {
    return names.contains(method) != others;
  }

  /// `GET, HEAD`, `every method`, `every method but GET`.
  public String text() {
    String list = String.join(", ", names);
    if (others) {
      return names.isEmpty() ? "every method" : "every method but " + list;
    }
    return list;
  }

  /// The methods of both sets.
  MethodSet with(MethodSet more) {
    SortedSet<String> known = new TreeSet<>(names);
    known.addAll(more.names);
    boolean all = others || more.others;
    SortedSet<String> listed = new TreeSet<>();
    for (String name : known) {
      if ((contains(name) || more.contains(name)) != all) {
        listed.add(name);
      }
    }
    return new MethodSet(listed, all);
  }

  /// A method of the set; it has one.
  String any() {
    if (!others) {
      return names.first();
    }
    StringBuilder fresh = new StringBuilder("X");
    while (names.contains(fresh.toString())) {
      fresh.append('X');
    }
    return fresh.toString();
  }

  /// The finite partition of all methods that some rules induce.
  static List<MethodSet> partition(Collection<RequestRules> rules) {
    List<RequestRule> all = rules.stream().flatMap(each -> each.all().stream()).distinct().toList();
    SortedSet<String> named = new TreeSet<>();
    for (RequestRule rule : all) {
      named.addAll(named(rule));
    }
    String fresh = new MethodSet(named, true).any();
    Map<BitSet, SortedSet<String>> alike = new LinkedHashMap<>();
    named.forEach(
        name -> alike.computeIfAbsent(meant(name, all), key -> new TreeSet<>()).add(name));
    SortedSet<String> likeOthers = alike.remove(meant(fresh, all));
    SortedSet<String> apart = new TreeSet<>(named);
    if (likeOthers != null) {
      apart.removeAll(likeOthers);
    }
    List<MethodSet> sets = new ArrayList<>();
    alike.values().forEach(names -> sets.add(new MethodSet(names, false)));
    sets.add(new MethodSet(apart, true));
    return sets;
  }

  /// Whether a rule could agree to a request with this method.
  static boolean isMeant(String method, RequestRule rule) {
    return switch (rule) {
      case RequestRule.Conditions asked ->
          asked.methods().isEmpty() || asked.methods().contains(method);
      case RequestRule.Git _ -> GIT.contains(method);
      case RequestRule.Mcp _ -> RequestRule.Mcp.HTTP_METHODS.contains(method);
    };
  }

  private static Collection<String> named(RequestRule rule) {
    return switch (rule) {
      case RequestRule.Conditions asked -> asked.methods();
      case RequestRule.Git _ -> GIT;
      case RequestRule.Mcp _ -> RequestRule.Mcp.HTTP_METHODS;
    };
  }

  /// What tells methods apart. A rule on git means something else by each of its methods.
  private static BitSet meant(String method, List<RequestRule> rules) {
    BitSet meant = new BitSet();
    for (int i = 0; i < rules.size(); i++) {
      boolean posted = rules.get(i) instanceof RequestRule.Git && method.equals("POST");
      meant.set(2 * i, isMeant(method, rules.get(i)));
      meant.set(2 * i + 1, posted);
    }
    return meant;
  }
}
