package dev.sallyport.proxy.run;

import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.TrafficClass;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a person is told before the child starts: which policy is in force, and what it leaves open in tunnels, where
/// nobody sees what goes up.
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
              case PolicyOrigin.Text text -> " (built in)";
            };
    ClientIdentity child =
        new ClientIdentity(
            new ClientIdentity.Proof.OwnListener(), gate, RunSettings.LISTENER, Map.of(), Map.of());
    Optional<Profile> profile = policy.profileOf(child).flatMap(name -> profile(policy, name));
    if (profile.isEmpty()) {
      return named + " gives this command no profile, so that nothing may leave; see `assign`";
    }
    List<String> open = open(policy, profile.get());
    return open.isEmpty()
        ? named + " lists nothing, so that nothing may leave"
        : named
            + " opens tunnels, and sees nothing of what goes through them, for "
            + String.join(", ", open);
  }

  private static Optional<Profile> profile(Policy policy, String name) {
    return policy.source().profiles().stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /// Classes with something in them, in the order of the profile.
  private static List<String> open(Policy policy, Profile profile) {
    List<String> open = new ArrayList<>();
    for (TrafficClass name : profile.classes()) {
      policy.source().classes().stream()
          .filter(from -> from.name().equals(name) && !from.allow().isEmpty())
          .map(StartNotice::text)
          .forEach(open::add);
    }
    return open;
  }

  private static String text(ClassSource from) {
    boolean any = from.allow().stream().map(Entry::hosts).anyMatch(HostPattern.Any.class::isInstance);
    return any ? from.name() + " (any host)" : from.name().name();
  }
}
