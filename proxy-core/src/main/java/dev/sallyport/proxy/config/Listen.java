package dev.sallyport.proxy.config;

import dev.sallyport.rules.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A listener: where it is, what stands in front of it, how its connections are secured, and what
/// they are taken for.
///
/// @param port 0 for a free one
/// @param balancers whose PROXY protocol is believed; empty when no header is expected
/// @param tls empty for a listener in clear
/// @param service what clients find there
public record Listen(
    String name,
    InetAddress address,
    int port,
    List<Cidr> balancers,
    Optional<Tls> tls,
    Service service) {

  public Listen {
    balancers = List.copyOf(balancers);
  }

  /// An HTTP proxy in clear, reached directly.
  public Listen(String name, InetAddress address, int port) {
    this(name, address, port, List.of(), Optional.empty(), Service.Proxy.HTTP);
  }

  /// What a listener offers.
  public sealed interface Service {
    /// A proxy that clients are told to use: HTTP, and SOCKS5 beside it where `socks: true`.
    record Proxy(boolean socks) implements Service {
      /// HTTP alone.
      public static final Proxy HTTP = new Proxy(false);
    }

    /// What the network leads here without the clients' knowing.
    ///
    /// @param how connections come
    record Transparent(Leading how) implements Service {}
  }

  /// How connections of clients that know nothing of the gate come to it, and so how it learns
  /// which port they meant.
  public sealed interface Leading {
    /// The kernel rewrote the destination (`redirect`, `DNAT`), and remembers it.
    record Redirected() implements Leading {}

    /// The destination is as the client wrote it (`TPROXY`), which takes `CAP_NET_ADMIN`.
    record Unchanged() implements Leading {}

    /// All of them meant one port.
    record ForPort(int port) implements Leading {}
  }

  /// TLS towards clients (`https://` proxy URLs).
  ///
  /// @param certificate PEM, the gate's own first, then the issuers that clients need
  /// @param key PEM; may be the same file
  /// @param passphrase file whose first line opens the key
  /// @param clients empty when clients are not asked for certificates
  public record Tls(
      Path certificate, Path key, Optional<Path> passphrase, Optional<Clients> clients) {}

  /// Certificates of clients.
  ///
  /// @param authorities PEM file of those whom the gate believes
  /// @param required whether a client without one is turned away in the handshake
  public record Clients(Path authorities, boolean required) {}
}
