package dev.sallyport.proxy.config;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Everything that `sallyport.yaml` says, with defaults filled in and paths made absolute.
///
/// @param policy file of the policy; empty means the user's own or the built-in starter
/// @param control path of the control socket
/// @param ownAddresses addresses of this gate that it cannot see itself; never dialled
public record Settings(
    List<Listen> listen,
    Optional<Admin> admin,
    Optional<Path> control,
    Optional<Path> policy,
    Identity identity,
    Audit audit,
    Resolve resolve,
    List<InetAddress> ownAddresses,
    List<ConnectTo> connectTo,
    Upstream upstream,
    Intercept intercept,
    Gateways gateways,
    Limits limits,
    Log log,
    Optional<Dns> dns) {

  public Settings {
    listen = List.copyOf(listen);
    ownAddresses = List.copyOf(ownAddresses);
    connectTo = List.copyOf(connectTo);
  }

  /// The DNS server that answers every name alike, for clients that are led here.
  ///
  /// @param answers at most one address of each family, one at least
  public record Dns(InetAddress address, int port, List<InetAddress> answers) {
    public Dns {
      answers = List.copyOf(answers);
    }
  }

  /// The admin listener: health and metrics, reading only.
  ///
  /// @param hosts names by which it may be asked, beside its address and `localhost`
  public record Admin(InetAddress address, int port, List<Host.Name> hosts) {
    public Admin {
      hosts = List.copyOf(hosts);
    }

    /// One that is known by its address and as `localhost` only.
    public Admin(InetAddress address, int port) {
      this(address, port, List.of());
    }
  }

  /// How clients are known.
  ///
  /// @param required whether a client without credentials is asked for them
  public record Identity(Optional<Path> tokens, boolean required) {}

  /// Where events go.
  ///
  /// @param rotateSize octets after which a new file begins
  /// @param keepFor how long finished files stay
  /// @param continueOnFailure whether traffic goes on while events cannot be written: possible, and
  ///   loud
  public record Audit(Path file, long rotateSize, Duration keepFor, boolean continueOnFailure) {}

  /// How names are resolved.
  ///
  /// @param hosts answers that need no DNS
  /// @param servers DNS servers; empty means the system's (its hosts file and its servers)
  /// @param nat64 the network's NAT64 prefix, whose inner IPv4 address is judged
  public record Resolve(
      Map<Host.Name, List<InetAddress>> hosts,
      List<InetSocketAddress> servers,
      Optional<Cidr> nat64) {
    public Resolve {
      hosts = Map.copyOf(hosts);
      servers = List.copyOf(servers);
    }
  }

  /// One line of `connect-to`: where the bytes for a destination go instead. Policy, SNI and
  /// certificate keep using the destination that was asked for.
  ///
  /// @param host empty for every host (`*`)
  /// @param port empty for every port (`*`)
  public record ConnectTo(Optional<Host> host, OptionalInt port, Host toHost, int toPort) {}

  /// The way up.
  ///
  /// @param resolveAtGate with a parent proxy: names are resolved and vetted here (`resolve: gate`)
  ///   and not by it
  /// @param roots whom interception trusts to vouch for origins
  /// @param certificates what interception shows to origins that ask who the gate is
  public record Upstream(
      Parents parents, boolean resolveAtGate, Roots roots, List<ClientCertificate> certificates) {
    public Upstream {
      certificates = List.copyOf(certificates);
    }

    /// The same through other parents.
    public Upstream through(Parents others) {
      return new Upstream(others, resolveAtGate, roots, certificates);
    }

    /// The same with others who vouch for origins.
    public Upstream trusting(Roots others) {
      return new Upstream(parents, resolveAtGate, others, certificates);
    }
  }

  /// A certificate of the gate's own for one origin, and shown to no other: PEM or DER, or one
  /// PKCS#12 file named twice.
  ///
  /// @param passphrase file whose first line opens the key
  public record ClientCertificate(
      Host host, int port, Path certificate, Path key, Optional<Path> passphrase) {}

  /// Trusted roots.
  ///
  /// @param system whether the system's are among them
  /// @param files PEM files
  public record Roots(boolean system, List<Path> files) {
    /// The system's alone.
    public static final Roots SYSTEM = new Roots(true, List.of());

    public Roots {
      files = List.copyOf(files);
    }
  }

  /// How TLS is interrupted, where a policy or a refusal needs it.
  public record Intercept(AuthorityPlace authority, InBand refuseInBand) {}

  /// Model APIs that clients reach by a path of the gate's own, `/gateway/NAME/...`.
  ///
  /// @param bases by name; where there is none, there is no gateway
  /// @param hosts by which names clients may reach the gate, beside `localhost` and addresses
  /// @param webOrigins which web pages may use them: `scheme://host:port` in lower case
  public record Gateways(Map<String, Base> bases, Set<Host> hosts, Set<String> webOrigins) {
    /// None.
    public static final Gateways NONE = new Gateways(Map.of(), Set.of(), Set.of());

    public Gateways {
      bases = Map.copyOf(bases);
      hosts = Set.copyOf(hosts);
      webOrigins = Set.copyOf(webOrigins);
    }

    /// Where one of them leads.
    ///
    /// @param path what stands before the path of each request: canonical, without a slash at its
    ///   end, or empty
    public record Base(Destination destination, String path) {}
  }

  /// Where the certificate authority is.
  public sealed interface AuthorityPlace {
    /// Made at start, gone at the end.
    record Memory() implements AuthorityPlace {}

    /// A folder, filled on first need.
    record Folder(Path path) implements AuthorityPlace {}

    /// The organisation's own: PEM or DER, or one PKCS#12 file named twice.
    ///
    /// @param passphrase file whose first line opens the key
    record Own(Path certificate, Path key, Optional<Path> passphrase) implements AuthorityPlace {}
  }

  /// Whether a refused HTTPS host is told so after a handshake.
  public enum InBand {
    /// Where the policy in force intercepts anything, since clients trust the gate there.
    AUTO,
    /// Whatever the policy intercepts.
    ALWAYS,
    /// A CONNECT is refused, and nothing more is said.
    NEVER
  }

  /// Bounds.
  ///
  /// @param requestHead octets of a request head
  /// @param clientHello octets of a ClientHello with its record headers
  /// @param eventsPerClient events a second
  public record Limits(
      int connections,
      int connectionsPerClient,
      int eventsPerClient,
      int requestHead,
      int clientHello,
      Times times) {}

  /// Bounds in time.
  public record Times(
      Duration requestHead,
      Duration clientHello,
      Duration dial,
      Duration handshake,
      Duration idle,
      Duration drain) {}

  /// The program's own log.
  public record Log(String level, boolean json) {}
}
