package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Host;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Names that the user gives, by the system's resolver: where a central gate is. Nothing that a
/// client asks for comes here. Blocks.
public final class SystemNames {
  private SystemNames() {}

  /// Every address, in the system's order; at least one.
  ///
  /// @throws UnknownHostException when there is none
  public static List<InetAddress> of(Host host) throws UnknownHostException {
    return switch (host) {
      case Host.Literal literal -> List.of(literal.address());
      case Host.Name name -> List.of(InetAddress.getAllByName(name.text()));
    };
  }
}
