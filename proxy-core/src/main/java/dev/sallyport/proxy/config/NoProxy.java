package dev.sallyport.proxy.config;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/// One thing that is reached without a parent proxy. A range holds against addresses that a client
/// asks for: names are not resolved to find out.
///
/// @param port empty for every port
public record NoProxy(What what, OptionalInt port) {
  /// What is reached so.
  public sealed interface What {
    /// A name with everything below it, as it stands for in most clients' NO_PROXY.
    record Name(Host.Name name) implements What {}

    /// What is below a name.
    record Below(Host.Name name) implements What {}

    /// Addresses.
    record Range(Cidr range) implements What {}
  }

  /// Reads `example.org`, `.example.org` (only what is below), an address, a range such as
  /// `10.0.0.0/8`; any of the first three with `:port` behind it, an IPv6 address in brackets then.
  ///
  /// @throws MalformedHostException when it is nothing of these
  public static NoProxy parse(String text) throws MalformedHostException {
    if (text.indexOf('/') >= 0 || isBareIpv6(text)) {
      return new NoProxy(new What.Range(Cidr.parse(text)), OptionalInt.empty());
    }
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > text.lastIndexOf(']');
    OptionalInt port = hasPort ? port(text.substring(colon + 1)) : OptionalInt.empty();
    String host = hasPort ? text.substring(0, colon) : text;
    boolean below = host.startsWith(".");
    return switch (Host.parse(below ? host.substring(1) : host)) {
      case Host.Name name -> new NoProxy(below ? new What.Below(name) : new What.Name(name), port);
      case Host.Literal(InetAddress address) when !below ->
          new NoProxy(new What.Range(new Cidr(address, address.getAddress().length * 8)), port);
      case Host.Literal literal -> throw new MalformedHostException("nothing is below an address");
    };
  }

  private static boolean isBareIpv6(String text) {
    return text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
  }

  private static OptionalInt port(String text) throws MalformedHostException {
    Optional<Integer> port = SettingValues.port(text);
    if (port.isEmpty()) {
      throw new MalformedHostException("the port is not a number of 1 to 65535");
    }
    return OptionalInt.of(port.get());
  }

  /// Whether a destination is one of these.
  public boolean covers(Destination to) {
    return (port.isEmpty() || port.getAsInt() == to.port()) && covers(to.host());
  }

  private boolean covers(Host host) {
    return switch (what) {
      case What.Name(Host.Name name) -> host.equals(name) || isBelow(host, name);
      case What.Below(Host.Name name) -> isBelow(host, name);
      case What.Range(Cidr range) ->
          host instanceof Host.Literal(InetAddress address) && range.contains(address);
    };
  }

  private static boolean isBelow(Host host, Host.Name name) {
    return host instanceof Host.Name below && below.text().endsWith("." + name.text());
  }
}
