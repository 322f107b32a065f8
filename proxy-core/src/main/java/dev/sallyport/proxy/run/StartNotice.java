package dev.sallyport.proxy.run;

import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/// What a person is told before the child starts: which policy is in force, and what it leaves open
/// in tunnels, where nobody sees what goes up.
public final class StartNotice {
  private StartNotice() {}

  /// One sentence without a full stop.
  ///
  /// @param gate the address of the gate, which is the child's too
  public static String of(Policy policy, PolicyOrigin origin, InetAddress gate) {
    String named =
        "policy "
            + policy.stamp().shortText()
            + switch (origin) {
              case PolicyOrigin.File file -> " from " + file.shown();
              case PolicyOrigin.Bounded bounded -> " from " + bounded.shown();
              case PolicyOrigin.Text text -> " (built in)";
            };
    ClientIdentity child =
        new ClientIdentity(
            new ClientIdentity.Proof.OwnListener(), gate, RunSettings.LISTENER, Map.of(), Map.of());
    Optional<Profile> profile = policy.profileOf(child).flatMap(name -> profile(policy, name));
    if (profile.isEmpty()) {
      return named + " gives this command no profile, so that nothing may leave; see `assign`";
    }
    List<String> seen =
        open(policy, profile.get(), (from, entry) -> encrypted(entry) && isSeen(from, entry));
    List<String> tunnels =
        open(policy, profile.get(), (from, entry) -> encrypted(entry) && !isSeen(from, entry));
    List<String> clear =
        open(policy, profile.get(), (from, entry) -> entry.scheme().matches(Scheme.HTTP));
    List<String> parts = new ArrayList<>();
    if (!tunnels.isEmpty()) {
      parts.add(
          "tunnels, and sees nothing of what goes through them, for " + String.join(", ", tunnels));
    }
    if (!clear.isEmpty()) {
      parts.add("plain http for " + String.join(", ", clear));
    }
    List<String> all = new ArrayList<>();
    if (!seen.isEmpty()) {
      all.add("looks at every request for " + String.join(", ", seen));
    }
    if (!parts.isEmpty()) {
      all.add("opens " + String.join("; ", parts));
    }
    return all.isEmpty()
        ? named + " lists nothing, so that nothing may leave"
        : named + " " + String.join(", and ", all);
  }

  private static boolean encrypted(Entry entry) {
    return entry.scheme().matches(Scheme.HTTPS);
  }

  private static boolean isSeen(ClassSource from, Entry entry) {
    return from.treatment(entry) == Treatment.INTERCEPT;
  }

  private static Optional<Profile> profile(Policy policy, String name) {
    return policy.source().profiles().stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /// Classes with such an entry, in the order of the profile.
  private static List<String> open(
      Policy policy, Profile profile, BiPredicate<ClassSource, Entry> such) {
    List<String> open = new ArrayList<>();
    for (TrafficClass name : profile.classes()) {
      for (ClassSource from : policy.source().classes()) {
        if (from.name().equals(name)) {
          text(from, such).ifPresent(open::add);
        }
      }
    }
    return open;
  }

  private static Optional<String> text(ClassSource from, BiPredicate<ClassSource, Entry> such) {
    List<Entry> entries = from.allow().stream().filter(entry -> such.test(from, entry)).toList();
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    boolean any = entries.stream().map(Entry::hosts).anyMatch(HostPattern.Any.class::isInstance);
    return Optional.of(any ? from.name() + " (any host)" : from.name().name());
  }
}
