package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// An address that the operator's settings lead to: the target of `connect-to`, or the parent
/// proxy. No address rule is asked, since whoever writes the settings could write the rules as
/// well.
final class OperatorAddress implements Endpoint {
  private final InetSocketAddress socketAddress;

  private OperatorAddress(InetSocketAddress socketAddress) {
    this.socketAddress = socketAddress;
  }

  /// Empty for one of the gate's own listeners: a gate that is its own parent would call itself
  /// without end.
  static Optional<Endpoint> of(InetAddress address, int port, OwnAddresses own) {
    return own.isListener(address, port)
        ? Optional.empty()
        : Optional.of(new OperatorAddress(new InetSocketAddress(address, port)));
  }

  @Override
  public InetSocketAddress socketAddress() {
    return socketAddress;
  }

  @Override
  public String toString() {
    return "operator:" + Addresses.text(socketAddress.getAddress()) + "#" + socketAddress.getPort();
  }
}
