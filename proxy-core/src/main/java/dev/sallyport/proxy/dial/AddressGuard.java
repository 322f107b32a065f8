package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Permit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Holds addresses against the entry that permits a destination, and against the gate's own. Safe
/// on any thread.
final class AddressGuard {
  private final OwnAddresses own;
  private final Optional<Cidr> nat64;

  /// @param nat64 the network's NAT64 prefix: behind it the inner address is judged
  AddressGuard(OwnAddresses own, Optional<Cidr> nat64) {
    this.own = own;
    this.nat64 = nat64;
  }

  /// The right to connect to this address on the permitted port; empty when there is none.
  ///
  /// @param address what the permitted host resolved to, or is
  Optional<Endpoint> vet(InetAddress address, Permit permit) {
    int port = permit.destination().port();
    boolean permitted = !own.isOwn(address, port) && permit.permits(address, nat64);
    return permitted
        ? Optional.of(new VettedAddress(new InetSocketAddress(address, port)))
        : Optional.empty();
  }

  /// An address that the guard let pass. Nobody else can make one, and what is connected to is this
  /// object, never the name again: a second answer of DNS changes nothing.
  static final class VettedAddress implements Endpoint {
    private final InetSocketAddress socketAddress;

    private VettedAddress(InetSocketAddress socketAddress) {
      this.socketAddress = socketAddress;
    }

    @Override
    public InetSocketAddress socketAddress() {
      return socketAddress;
    }

    @Override
    public String toString() {
      return "vetted:" + Addresses.text(socketAddress.getAddress()) + "#" + socketAddress.getPort();
    }
  }
}
