package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import java.util.List;
import java.util.Optional;

/// Chooses the way: `connect-to` before the parent proxy before the destination itself. Safe on any
/// thread.
final class RoutePlanner {
  private final List<Settings.ConnectTo> connectTo;
  private final Settings.Upstream upstream;

  RoutePlanner(List<Settings.ConnectTo> connectTo, Settings.Upstream upstream) {
    this.connectTo = List.copyOf(connectTo);
    this.upstream = upstream;
  }

  /// The first line of `connect-to` that fits decides, as with curl.
  ///
  /// @param of the class that a rule gave the traffic
  RoutePlan plan(Permit permit, Optional<TrafficClass> of) {
    Destination to = permit.destination();
    for (Settings.ConnectTo line : connectTo) {
      if (fits(line, to)) {
        return new RoutePlan.ConnectTo(line.toHost(), line.toPort());
      }
    }
    Optional<Parents.Parent> parent = upstream.parents().of(to, of);
    return parent.isEmpty() ? new RoutePlan.Direct() : through(parent.get(), permit);
  }

  private RoutePlan through(Parents.Parent parent, Permit permit) {
    boolean isName = permit.destination().host() instanceof Host.Name;
    if (isName && (upstream.resolveAtGate() || permit.namesRanges())) {
      // Plain http as well: in absolute form the parent would ask DNS again, and could get another
      // answer.
      return new RoutePlan.ParentTunnelByAddress(parent);
    }
    return permit.destination().scheme() == Scheme.HTTPS
        ? new RoutePlan.ParentTunnelByName(parent)
        : new RoutePlan.ParentRequests(parent);
  }

  private static boolean fits(Settings.ConnectTo line, Destination to) {
    return (line.host().isEmpty() || line.host().get().equals(to.host()))
        && (line.port().isEmpty() || line.port().getAsInt() == to.port());
  }
}
