package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.config.Parents;
import dev.sallyport.rules.Host;

/// Which way a connection is to go: chosen first, then gone.
sealed interface RoutePlan {
  /// To the destination itself, at a vetted address.
  record Direct() implements RoutePlan {}

  /// To where the operator's `connect-to` sends it.
  record ConnectTo(Host host, int port) implements RoutePlan {}

  /// To the parent proxy, which resolves the name of each request.
  record ParentRequests(Parents.Parent parent) implements RoutePlan {}

  /// Through a tunnel of the parent proxy, which resolves the name.
  record ParentTunnelByName(Parents.Parent parent) implements RoutePlan {}

  /// Through a tunnel of the parent proxy to an address that was vetted here.
  record ParentTunnelByAddress(Parents.Parent parent) implements RoutePlan {}
}
