package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Host;
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
  private final List<Host> noProxy = new ArrayList<>();
  private Optional<Settings.Parent> parent = Optional.empty();
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
    parent = Optional.of(new Settings.Parent(Permits.host(host), port, Optional.empty()));
    return this;
  }

  TestSettings parent(String host, int port, String authorization) {
    parent = Optional.of(new Settings.Parent(Permits.host(host), port, Optional.of(authorization)));
    return this;
  }

  TestSettings noProxy(String host) {
    noProxy.add(Permits.host(host));
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
        new Settings.Upstream(parent, noProxy, resolveAtGate, Settings.Roots.SYSTEM, List.of()),
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
