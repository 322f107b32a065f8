package dev.sallyport.proxy.state;

import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.Switches;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What is remembered. Immutable.
///
/// @param told which ends of exceptions have an event already
public record GateState(Switches switches, SortedSet<String> told) {
  /// Nothing.
  public static final GateState NONE = new GateState(Switches.NONE, new TreeSet<>());

  public GateState {
    told = Collections.unmodifiableSortedSet(new TreeSet<>(told));
  }

  /// With this kill switch on; one against the same is replaced.
  public GateState with(Kill kill) {
    List<Kill> kills = new ArrayList<>(without(kill.target()).switches.kills());
    kills.add(kill);
    return new GateState(Switches.of(kills, switches.glasses()), told);
  }

  /// With no kill switch against this.
  public GateState without(Kill.Target target) {
    List<Kill> kills =
        switches.kills().stream().filter(kill -> !kill.target().equals(target)).toList();
    return new GateState(Switches.of(kills, switches.glasses()), told);
  }

  /// With these emergencies and no others.
  public GateState with(List<BreakGlass> glasses) {
    return new GateState(Switches.of(switches.kills(), glasses), told);
  }

  /// With these ends told of.
  public GateState told(Collection<String> ends) {
    return new GateState(switches, new TreeSet<>(ends));
  }
}
