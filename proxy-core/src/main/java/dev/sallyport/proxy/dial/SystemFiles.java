package dev.sallyport.proxy.dial;

import io.netty.channel.EventLoop;
import io.netty.resolver.HostsFileEntriesProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the system says of names: its hosts file and its DNS servers. Read again after a change, on
/// a virtual thread. Safe on any thread.
final class SystemFiles {
  /// How old a look at the files may be.
  static final Duration LOOK_AT_MOST_EVERY = Duration.ofSeconds(1);

  /// DNS servers that are used; the others are left out, as the C library does (resolv.conf(5),
  /// MAXNS).
  static final int MAX_SERVERS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(SystemFiles.class);
  private static final Path HOSTS = Path.of("/etc/hosts");
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final int DNS_PORT = 53;
  private static final String NAMESERVER = "nameserver";

  private final Path hosts;
  private final Path resolvConf;
  private volatile Snapshot current;

  /// Reads the files: not for event loops.
  SystemFiles(Path hosts, Path resolvConf) {
    this.hosts = hosts;
    this.resolvConf = resolvConf;
    this.current = read(look(hosts), look(resolvConf));
  }

  /// Those of this machine.
  static SystemFiles ofThisMachine() {
    return new SystemFiles(HOSTS, RESOLV_CONF);
  }

  /// What the files said at one moment.
  record Names(HostsFileEntriesProvider hosts, List<InetSocketAddress> servers) {
    /// The addresses of a name in the hosts file, IPv6 first; none when it is not in there.
    List<InetAddress> addresses(String name) {
      List<InetAddress> all = new ArrayList<>(hosts.ipv6Entries().getOrDefault(name, List.of()));
      all.addAll(hosts.ipv4Entries().getOrDefault(name, List.of()));
      return all;
    }
  }

  /// What the files say now, or said [#LOOK_AT_MOST_EVERY] ago. Completes on the event loop and
  /// does not fail.
  Future<Names> names(EventLoop loop) {
    Snapshot known = current;
    if (known.isFresh()) {
      return loop.newSucceededFuture(known.names);
    }
    Promise<Names> promise = loop.newPromise();
    Thread.ofVirtual().name("sallyport-hosts").start(() -> promise.setSuccess(refreshed(known)));
    return promise;
  }

  private Names refreshed(Snapshot known) {
    try {
      return refresh();
    } catch (RuntimeException bug) {
      LOG.error("reading the system's hosts file and DNS servers failed", bug);
      return known.names;
    }
  }

  private synchronized Names refresh() {
    Snapshot known = current;
    if (!known.isFresh()) {
      Optional<Look> hostsNow = look(hosts);
      Optional<Look> resolvConfNow = look(resolvConf);
      boolean same = hostsNow.equals(known.hosts) && resolvConfNow.equals(known.resolvConf);
      current = same ? known.seenAgain() : read(hostsNow, resolvConfNow);
    }
    return current.names;
  }

  private Snapshot read(Optional<Look> hostsLook, Optional<Look> resolvConfLook) {
    Names names = new Names(readHosts(), readServers());
    return new Snapshot(names, hostsLook, resolvConfLook, System.nanoTime());
  }

  private HostsFileEntriesProvider readHosts() {
    // Names are ASCII; in this charset no octet is an error.
    try (Reader reader = Files.newBufferedReader(hosts, StandardCharsets.ISO_8859_1)) {
      return HostsFileEntriesProvider.parser().parse(reader);
    } catch (IOException unreadable) {
      LOG.debug("no hosts file: {}", unreadable.getMessage());
      return none();
    }
  }

  private static HostsFileEntriesProvider none() {
    try {
      return HostsFileEntriesProvider.parser().parse(Reader.nullReader());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private List<InetSocketAddress> readServers() {
    List<InetSocketAddress> servers = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(resolvConf, StandardCharsets.ISO_8859_1)) {
        server(line).filter(server -> servers.size() < MAX_SERVERS).ifPresent(servers::add);
      }
    } catch (IOException unreadable) {
      LOG.debug("no list of DNS servers: {}", unreadable.getMessage());
    }
    // Where none is written, the machine's own is meant (resolv.conf(5)).
    return servers.isEmpty()
        ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), DNS_PORT))
        : List.copyOf(servers);
  }

  private static Optional<InetSocketAddress> server(String line) {
    String[] words = line.strip().split("\\s+", 3);
    if (words.length < 2 || !words[0].equals(NAMESERVER)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(words[1]), DNS_PORT));
    } catch (IllegalArgumentException noAddress) {
      LOG.warn(
          "`{}` in {} is not the address of a DNS server", words[1], RESOLV_CONF.getFileName());
      return Optional.empty();
    }
  }

  private static Optional<Look> look(Path file) {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Look(
              seen.lastModifiedTime().toInstant().toString(),
              seen.size(),
              String.valueOf(seen.fileKey())));
    } catch (IOException missing) {
      return Optional.empty();
    }
  }

  /// How a file looks from outside.
  private record Look(String modified, long size, String key) {}

  /// @param at of `System.nanoTime`
  private record Snapshot(Names names, Optional<Look> hosts, Optional<Look> resolvConf, long at) {
    boolean isFresh() {
      return System.nanoTime() - at < LOOK_AT_MOST_EVERY.toNanos();
    }

    Snapshot seenAgain() {
      return new Snapshot(names, hosts, resolvConf, System.nanoTime());
    }
  }
}
