package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.config.NoProxy;
import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Scheme;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Settings of which only what a dial needs is of interest.
final class TestSettings {
  private final Map<Host.Name, List<InetAddress>> hosts = new LinkedHashMap<>();
  private final List<InetSocketAddress> servers = new ArrayList<>();
  private final List<InetAddress> own = new ArrayList<>();
  private final List<Settings.ConnectTo> connectTo = new ArrayList<>();
  private final List<NoProxy> noProxy = new ArrayList<>();
  private final Map<String, Optional<Parents.Parent>> byClass = new LinkedHashMap<>();
  private Optional<Parents.Parent> parent = Optional.empty();
  private Optional<Parents.Parent> http = Optional.empty();
  private Optional<Cidr> nat64 = Optional.empty();
  private boolean resolveAtGate;
  private Duration dial = Duration.ofSeconds(10);
  private Duration handshake = Duration.ofSeconds(10);

  TestSettings host(String name, String... addresses) {
    hosts.put(Permits.name(name), Stream.of(addresses).map(Permits::address).toList());
    return this;
  }

  TestSettings server(InetSocketAddress server) {
    servers.add(server);
    return this;
  }

  TestSettings own(String address) {
    own.add(Permits.address(address));
    return this;
  }

  /// Empty text and 0 stand for any.
  TestSettings connectTo(String host, int port, String toHost, int toPort) {
    connectTo.add(
        new Settings.ConnectTo(
            host.isEmpty() ? Optional.empty() : Optional.of(Permits.host(host)),
            port == 0 ? OptionalInt.empty() : OptionalInt.of(port),
            Permits.host(toHost),
            toPort));
    return this;
  }

  TestSettings parent(String host, int port) {
    parent = Optional.of(at(Scheme.HTTP, host, port, Optional.empty()));
    return this;
  }

  TestSettings parent(String host, int port, String authorization) {
    parent = Optional.of(at(Scheme.HTTP, host, port, Optional.of(authorization)));
    return this;
  }

  TestSettings noProxy(String host) {
    try {
      noProxy.add(NoProxy.parse(host));
      return this;
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private static Parents.Parent at(
      Scheme scheme, String host, int port, Optional<String> authorization) {
    return new Parents.Parent(scheme, Permits.host(host), port, authorization);
  }

  /// A parent that speaks TLS.
  TestSettings secureParent(String host, int port, String authorization) {
    parent = Optional.of(at(Scheme.HTTPS, host, port, Optional.of(authorization)));
    return this;
  }

  /// A parent for plain http alone.
  TestSettings httpParent(String host, int port) {
    http = Optional.of(at(Scheme.HTTP, host, port, Optional.empty()));
    return this;
  }

  /// A parent for a class; without a host none.
  TestSettings classParent(String name, String host, int port) {
    byClass.put(
        name,
        host.isEmpty()
            ? Optional.empty()
            : Optional.of(at(Scheme.HTTP, host, port, Optional.empty())));
    return this;
  }

  TestSettings nat64(String prefix) {
    nat64 = Optional.of(Cidr.of(prefix));
    return this;
  }

  TestSettings resolveAtGate() {
    resolveAtGate = true;
    return this;
  }

  TestSettings dialTime(Duration time) {
    dial = time;
    return this;
  }

  TestSettings handshakeTime(Duration time) {
    handshake = time;
    return this;
  }

  Settings build() {
    return new Settings(
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Settings.Identity(Optional.empty(), false),
        new Settings.Audit(Path.of("audit.jsonl"), 1, Duration.ofDays(1), false),
        new Settings.Resolve(hosts, servers, nat64),
        own,
        connectTo,
        new Settings.Upstream(
            new Parents(parent, http.or(() -> parent), byClass, noProxy, Parents.Tls.USUAL),
            resolveAtGate,
            Settings.Roots.SYSTEM,
            List.of()),
        new Settings.Intercept(new Settings.AuthorityPlace.Memory(), Settings.InBand.NEVER),
        Settings.Gateways.NONE,
        new Settings.Limits(1, 1, 1, 1, 1, times()),
        new Settings.Log("info", false),
        Optional.empty());
  }

  private Settings.Times times() {
    Duration other = Duration.ofSeconds(1);
    return new Settings.Times(other, other, dial, handshake, other, other);
  }
}
