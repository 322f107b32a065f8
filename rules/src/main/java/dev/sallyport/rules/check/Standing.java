package dev.sallyport.rules.check;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.TrafficClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What two policies make of a client before anything is asked for. Clients of one standing get the
/// same decisions, under either policy.
///
/// @param before the profile under the old policy; empty when there is none
/// @param after the profile under the new policy; empty when there is none
/// @param exceptionsBefore what the old policy excepts for this client and not for all clients of
///   the profile, by id
/// @param exceptionsAfter the same under the new policy
public record Standing(
    Optional<String> before,
    Optional<String> after,
    SortedSet<String> exceptionsBefore,
    SortedSet<String> exceptionsAfter) {

  /// Whether its decisions are those of one profile under its name in both policies.
  boolean isOfProfile() {
    return before.equals(after) && hasNoException();
  }

  boolean hasNoException() {
    return exceptionsBefore.isEmpty() && exceptionsAfter.isEmpty();
  }

  /// Finds the standing of clients.
  static final class Finder {
    private final Side before;
    private final Side after;

    /// @param at exceptions that have ended by then count no more
    Finder(Policy before, Policy after, Instant at) {
      this.before = new Side(before, at);
      this.after = new Side(after, at);
    }

    Standing of(ClientIdentity client) {
      Optional<String> was = before.policy.profileOf(client);
      Optional<String> is = after.policy.profileOf(client);
      return new Standing(was, is, before.exceptions(was, client), after.exceptions(is, client));
    }

    /// Exceptions of both policies that are for certain clients and in force.
    List<ExceptionTerms> exceptions() {
      Set<ExceptionTerms> all = new java.util.LinkedHashSet<>();
      before.excepted.forEach(each -> all.add(each.terms));
      after.excepted.forEach(each -> all.add(each.terms));
      return List.copyOf(all);
    }
  }

  private record Excepted(TrafficClass in, ExceptionTerms terms) {}

  private static final class Side {
    private final Policy policy;
    private final List<Excepted> excepted = new ArrayList<>();
    private final Map<String, Set<TrafficClass>> classes = new HashMap<>();

    Side(Policy policy, Instant at) {
      this.policy = policy;
      for (PolicySource.ClassSource from : policy.source().classes()) {
        from.allow().stream()
            .flatMap(entry -> entry.exception().stream())
            .filter(terms -> !terms.clients().isEmpty() && terms.isInForce(at))
            .distinct()
            .forEach(terms -> excepted.add(new Excepted(from.name(), terms)));
      }
      for (Profile profile : policy.source().profiles()) {
        classes.put(profile.name(), new HashSet<>(profile.classes()));
      }
    }

    SortedSet<String> exceptions(Optional<String> profile, ClientIdentity client) {
      SortedSet<String> ids = new TreeSet<>();
      Set<TrafficClass> used = profile.map(classes::get).orElse(Set.of());
      for (Excepted each : excepted) {
        if (used.contains(each.in) && each.terms.isFor(Optional.of(client))) {
          ids.add(each.terms.id());
        }
      }
      return ids;
    }
  }
}
