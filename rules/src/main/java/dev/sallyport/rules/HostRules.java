package dev.sallyport.rules;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Every rule of a policy that stands for a host, whatever the profile, scheme, port and time.
///
/// @param deny in the order of the policy
/// @param entries in the order of the policy
public record HostRules(List<DenyRule> deny, List<Listed> entries) {
  public HostRules {
    deny = List.copyOf(deny);
    entries = List.copyOf(entries);
  }

  /// An entry with its class.
  public record Listed(PolicySource.ClassSource from, Entry entry) {
    private boolean isLike(Listed other) {
      return from.name().equals(other.from.name())
          && from.treatment() == other.from.treatment()
          && from.report().equals(other.from.report())
          && entry.isLike(other.entry);
    }
  }

  static HostRules of(List<DenyRule> deny, List<EntrySearch.Indexed> entries) {
    return new HostRules(
        deny,
        entries.stream()
            .sorted(Comparator.comparingInt(EntrySearch.Indexed::order))
            .map(indexed -> new Listed(indexed.from(), indexed.entry()))
            .toList());
  }

  /// Whether the other rules say the same in the same order, wherever they stand.
  public boolean areLike(HostRules other) {
    if (deny.size() != other.deny.size() || entries.size() != other.entries.size()) {
      return false;
    }
    for (int i = 0; i < deny.size(); i++) {
      if (!deny.get(i).isLike(other.deny.get(i))) {
        return false;
      }
    }
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).isLike(other.entries.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// What the rules for a scheme and port ask of requests, each demand once. Nothing else in the
  /// policy tells requests there apart.
  public Set<RequestRules> requests(Scheme scheme, int port) {
    Set<RequestRules> found = new LinkedHashSet<>();
    for (DenyRule rule : deny) {
      if (rule.scheme().matches(scheme) && rule.ports().matches(scheme, port)) {
        found.add(rule.requests());
      }
    }
    for (Listed listed : entries) {
      Entry entry = listed.entry;
      if (entry.scheme().matches(scheme) && entry.ports().matches(scheme, port)) {
        found.add(entry.requests());
      }
    }
    return found;
  }
}
