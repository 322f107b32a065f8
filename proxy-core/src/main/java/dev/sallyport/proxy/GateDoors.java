package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.AfterPeak;
import dev.sallyport.proxy.accept.CannotSecureException;
import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.admin.AdminPages;
import dev.sallyport.proxy.admin.AdminServer;
import dev.sallyport.proxy.admin.CannotListenException;
import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.ControlSocket;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.names.DnsStub;
import dev.sallyport.proxy.transport.BindFailure;
import dev.sallyport.proxy.transport.Transport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every way into a gate: its listeners, the stub of names, health and metrics, the control socket.
/// Opened and closed by one thread; asked by any.
final class GateDoors {
  private static final Logger LOG = LoggerFactory.getLogger(GateDoors.class);

  private final GateParts parts;
  private final Transport transport;
  private final EventLoopGroup loops;
  private final ProxyServer server;
  private final List<ListenerTls> secured = new CopyOnWriteArrayList<>();
  private volatile @Nullable AdminServer admin;
  private volatile @Nullable ControlSocket control;
  private volatile @Nullable DnsStub names;
  private @Nullable AfterPeak afterPeak;

  GateDoors(
      GateParts parts,
      Transport transport,
      EventLoopGroup loops,
      int connections,
      Gate.Whose whose) {
    this.parts = parts;
    this.transport = transport;
    this.loops = loops;
    this.server =
        new ProxyServer(
            parts,
            new ConnectionLimits(connections, parts.limits().connectionsPerClient()),
            whose == Gate.Whose.ONE_CHILD);
  }

  /// Opens them, those of clients first.
  ///
  /// @throws CannotStartException with one sentence; what was opened waits for [#close]
  void open(Settings settings, AdminPages pages, Map<String, ControlCommand> commands)
      throws CannotStartException {
    for (Listen where : settings.listen()) {
      server.listen(where, secured(where), transport, loops);
    }
    if (settings.dns().isPresent()) {
      names = open(settings.dns().get());
    }
    try {
      if (settings.admin().isPresent()) {
        admin = AdminServer.start(settings.admin().get(), pages, transport);
      }
      if (settings.control().isPresent()) {
        control = ControlSocket.open(settings.control().get(), commands);
      }
    } catch (CannotListenException failed) {
      throw CannotStartException.because(failed);
    }
    afterPeak = AfterPeak.watch(server::open);
  }

  private Optional<ListenerTls> secured(Listen where) throws CannotStartException {
    if (where.tls().isEmpty()) {
      return Optional.empty();
    }
    try {
      ListenerTls tls = ListenerTls.open(where.name(), where.tls().get());
      parts.metrics().certificate(where.name(), tls::expires);
      secured.add(tls);
      return Optional.of(tls);
    } catch (CannotSecureException failed) {
      throw new CannotStartException(failed.sentence(), failed);
    }
  }

  private DnsStub open(Settings.Dns dns) throws CannotStartException {
    InetSocketAddress where = new InetSocketAddress(dns.address(), dns.port());
    try {
      return DnsStub.open(where, dns.answers(), transport, loops, parts.metrics()::dnsQuery);
    } catch (IOException failed) {
      throw new CannotStartException(
          "`dns` cannot listen on " + Gate.text(where) + ": " + BindFailure.why(failed), failed);
    }
  }

  /// As [Gate#adopt].
  void adopt(Map<Integer, Listen> listeners, int datagrams, int streams, List<InetAddress> answers)
      throws CannotStartException {
    if (transport != Transport.EPOLL) {
      throw new CannotStartException(
          "sockets can be taken over by the native transport of Linux alone, and this is "
              + transport.code());
    }
    try {
      for (Map.Entry<Integer, Listen> one : listeners.entrySet()) {
        server.adopt(one.getValue(), one.getKey(), loops);
      }
      names = DnsStub.over(datagrams, streams, answers, loops, parts.metrics()::dnsQuery);
    } catch (IOException failed) {
      throw new CannotStartException(
          "sockets cannot be taken over: " + BindFailure.why(failed), failed);
    }
  }

  /// As [Gate#reloadCertificates].
  List<String> reloadCertificates() {
    List<String> kept = new ArrayList<>();
    for (ListenerTls tls : secured) {
      try {
        tls.reload();
      } catch (CannotSecureException failed) {
        LOG.warn("the certificate is not replaced, the old one stays: {}", failed.sentence());
        kept.add(failed.sentence());
      }
    }
    return kept;
  }

  /// TLS of the listeners that have it; grows while they are opened.
  List<ListenerTls> secured() {
    return Collections.unmodifiableList(secured);
  }

  /// Where clients connect.
  List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  Optional<InetSocketAddress> adminAddress() {
    return Optional.ofNullable(admin).map(AdminServer::address);
  }

  Optional<InetSocketAddress> dnsAddress() {
    return Optional.ofNullable(names).map(DnsStub::address);
  }

  /// What the dialler must never reach: this gate itself.
  List<InetSocketAddress> own() {
    List<InetSocketAddress> own = new ArrayList<>(addresses());
    adminAddress().ifPresent(own::add);
    return own;
  }

  /// How many connections of clients are open.
  int connections() {
    return server.open();
  }

  /// Takes no new connections, and lets those that are open end by themselves. Blocks.
  ///
  /// @param patience how long
  void drain(Duration patience) {
    server.closeListeners();
    server.drain();
    server.awaitClosed(patience);
  }

  /// Waits for connections that were told to end, and closes the rest. Blocks.
  void end(Duration patience) {
    server.awaitClosed(patience);
    server.closeClients();
  }

  /// Closes everything, whatever of it was open. Further calls do nothing.
  void close() {
    if (afterPeak != null) {
      afterPeak.close();
    }
    server.closeListeners();
    server.closeClients();
    if (names != null) {
      names.close();
    }
    if (control != null) {
      control.close();
    }
    if (admin != null) {
      admin.stop();
    }
  }
}
