package dev.sallyport.rules;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What people switched by hand, above every policy. Immutable, safe on any thread.
public final class Switches {
  /// Nothing is switched.
  public static final Switches NONE = new Switches(List.of(), List.of());

  private final List<Kill> kills;
  private final List<BreakGlass> glasses;
  private final HostIndex<Kill> hosts;

  private Switches(List<Kill> kills, List<BreakGlass> glasses) {
    this.kills = List.copyOf(kills);
    this.glasses = List.copyOf(glasses);
    this.hosts =
        HostIndex.of(
            this.kills.stream().filter(kill -> kill.target() instanceof Kill.Target.To).toList(),
            Switches::hosts);
  }

  /// These.
  ///
  /// @param glasses those that are open or that nobody reviewed yet
  public static Switches of(List<Kill> kills, List<BreakGlass> glasses) {
    return new Switches(kills, glasses);
  }

  private static HostPattern hosts(Kill kill) {
    return kill.target() instanceof Kill.Target.To(HostPattern hosts)
        ? hosts
        : new HostPattern.Any();
  }

  /// Every kill switch that is on, in the order in which they were thrown.
  public List<Kill> kills() {
    return kills;
  }

  /// Every break-glass that is open or was not reviewed yet.
  public List<BreakGlass> glasses() {
    return glasses;
  }

  /// The break-glass that is open at a time.
  public Optional<BreakGlass> brokenAt(Instant at) {
    return first(glasses, glass -> glass.isInForce(at));
  }

  /// What refuses a client or a destination outright.
  Optional<Kill> against(ClientIdentity client, Destination destination) {
    return kills.isEmpty()
        ? Optional.empty()
        : first(kills, kill -> kill.isAgainst(client)).or(() -> to(destination));
  }

  /// What refuses a destination to everybody.
  Optional<Kill> against(Destination destination) {
    return first(kills, kill -> kill.target() instanceof Kill.Target.Everything)
        .or(() -> to(destination));
  }

  /// What refuses what a class would allow.
  Optional<Kill> against(TrafficClass name) {
    return first(kills, kill -> kill.target().equals(new Kill.Target.As(name)));
  }

  private Optional<Kill> to(Destination destination) {
    Found found = new Found();
    hosts.visit(destination.host(), found::take);
    return found.first;
  }

  private static final class Found {
    private Optional<Kill> first = Optional.empty();

    void take(Kill kill) {
      if (first.isEmpty()) {
        first = Optional.of(kill);
      }
    }
  }

  private static <T> Optional<T> first(List<T> all, Predicate<T> wanted) {
    return all.stream().filter(wanted).findFirst();
  }

  /// When a break-glass ends.
  Stream<Instant> changes() {
    return glasses.stream().map(BreakGlass::until);
  }
}
