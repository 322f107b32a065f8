package dev.sallyport.proxy.dial;

import dev.sallyport.rules.AddressRule;
import dev.sallyport.rules.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Where this gate itself can be reached. A client that reaches the gate's listeners through the
/// gate would get round identity and limits, or send it in circles. Safe on any thread.
final class OwnAddresses {
  private final Supplier<List<InetSocketAddress>> listeners;
  private final List<InetAddress> unseen;
  private final Optional<Cidr> nat64;

  /// @param listeners what is bound now, admin included; asked each time, because ports can be
  ///   chosen by the system
  /// @param unseen further addresses of this gate, on every port (`own-addresses`)
  /// @param nat64 the network's NAT64 prefix: behind it the inner address counts
  OwnAddresses(
      Supplier<List<InetSocketAddress>> listeners, List<InetAddress> unseen, Optional<Cidr> nat64) {
    this.listeners = listeners;
    this.unseen = List.copyOf(unseen);
    this.nat64 = nat64;
  }

  /// Whether a connection there would reach this gate, or an address that is said to be its own.
  boolean isOwn(InetAddress address, int port) {
    return unseen.contains(AddressRule.judged(address, nat64)) || isListener(address, port);
  }

  /// Whether a connection there would reach one of the listeners.
  boolean isListener(InetAddress address, int port) {
    InetAddress judged = AddressRule.judged(address, nat64);
    for (InetSocketAddress listener : listeners.get()) {
      if (listener.getPort() == port && reaches(judged, listener.getAddress())) {
        return true;
      }
    }
    return false;
  }

  private static boolean reaches(InetAddress address, InetAddress listener) {
    // Systems take a connection to the unspecified address as one to themselves.
    return address.isAnyLocalAddress()
        || listener.equals(address)
        || (listener.isAnyLocalAddress() && isLocal(address));
  }

  /// Asks the system, since addresses come and go. That is a system call and no wait, and made only
  /// for a port on which this gate listens on every address.
  private static boolean isLocal(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return true;
    }
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException unknown) {
      return true;
    }
  }
}
