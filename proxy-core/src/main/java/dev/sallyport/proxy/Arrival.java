package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.accept.FirstOctet;
import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.accept.ProxyHeaderGate;
import dev.sallyport.proxy.accept.ShownCertificate;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.intercept.HandshakeEnd;
import dev.sallyport.proxy.intercept.TlsHandshake;
import dev.sallyport.proxy.metrics.ConnectionLimit;
import dev.sallyport.proxy.socks.SocksReader;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.ClientCertificate;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.Reason;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What happens to a connection before its first request, step by step: whom it is from, whether
/// there is room for it, and what it is taken for.
///
/// ```
/// begin -> (PROXY protocol) -> named -> (TLS) -> serve
/// ```
///
/// On the connection's event loop.
final class Arrival implements ProxyHeaderGate.Listener {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final FrontDoor door;
  private final GateParts parts;
  private final SocketChannel client;
  private @Nullable InetAddress counted;

  Arrival(FrontDoor door, SocketChannel client) {
    this.door = door;
    this.parts = door.parts();
    this.client = client;
  }

  /// Takes it, or turns it away.
  void begin() {
    boolean forwarded = !door.listen().balancers().isEmpty();
    InetSocketAddress peer = peer();
    if (forwarded && !door.believes(peer.getAddress())) {
      turnAway(accepted(peer), Reason.PEER_NOT_TRUSTED, "");
      return;
    }
    ConnectionLimits limits = door.shared().limits();
    Optional<ConnectionLimit> reached =
        forwarded ? limits.enter() : limits.enter(peer.getAddress());
    if (reached.isPresent()) {
      tooMany(accepted(peer), reached.get());
      return;
    }
    counted = forwarded ? null : peer.getAddress();
    door.shared().clients().add(client);
    parts.metrics().connectionOpened();
    client.closeFuture().addListener(closed -> left());
    if (forwarded) {
      client
          .pipeline()
          .addLast(
              Stages.PROXY_HEADER, new ProxyHeaderGate(parts.limits().times().requestHead(), this));
    } else {
      admitted(peer);
    }
  }

  /// Where the one client of a listener says that it comes from proves nothing: in a network of its
  /// own it has every address.
  private InetSocketAddress peer() {
    InetSocketAddress address = client.remoteAddress();
    return door.shared().ownListener()
        ? new InetSocketAddress(LOOPBACK, address.getPort())
        : address;
  }

  private void left() {
    if (counted == null) {
      door.shared().limits().leave();
    } else {
      door.shared().limits().leave(counted);
    }
    parts.metrics().connectionClosed();
  }

  private Accepted accepted(InetSocketAddress from) {
    return new Accepted(
        Ulid.at(System.currentTimeMillis()),
        from,
        door.listen().name(),
        door.shared().ownListener(),
        parts.journal().now());
  }

  @Override
  public void named(Optional<InetSocketAddress> from) {
    named(from.orElse(client.remoteAddress()));
  }

  @Override
  public void unnamed(String why) {
    turnAway(accepted(client.remoteAddress()), Reason.MALFORMED, why);
  }

  private void named(InetSocketAddress from) {
    Optional<ConnectionLimit> reached = door.shared().limits().name(from.getAddress());
    if (reached.isPresent()) {
      tooMany(accepted(from), reached.get());
    } else {
      counted = from.getAddress();
      admitted(from);
    }
  }

  /// It is counted in under this address.
  private void admitted(InetSocketAddress from) {
    Accepted accepted = accepted(from);
    door.tls().ifPresentOrElse(tls -> secure(tls, accepted), () -> serve(accepted));
  }

  /// Waits for the handshake; a client that says nothing is closed.
  private void secure(ListenerTls tls, Accepted accepted) {
    client
        .pipeline()
        .addLast(
            Stages.FIRST_OCTET,
            new FirstOctet(
                parts.limits().times().handshake(), octet -> begins(tls, accepted, octet)));
  }

  private void begins(ListenerTls tls, Accepted accepted, int octet) {
    if (octet != ListenerTls.HANDSHAKE) {
      turnAway(
          accepted,
          Reason.MALFORMED,
          "this listener speaks TLS; begin the URL of the proxy with `https://`");
      return;
    }
    switch (parts.handshakes().begin(accepted.client().getAddress())) {
      case Handshakes.Full(ConnectionLimit limit) -> {
        parts.metrics().connectionRefused(limit);
        drop(accepted, Reason.LIMIT_EXCEEDED);
      }
      case Handshakes.Begun handshake -> {
        SslHandler handler = tls.newHandler(client.alloc());
        TlsHandshake.begin(
            client,
            Stages.LISTENER_TLS,
            handler,
            parts.limits().times().handshake(),
            end -> {
              handshake.end();
              shaken(accepted, handler, end);
            });
      }
    }
  }

  private void shaken(Accepted accepted, SslHandler tls, HandshakeEnd end) {
    switch (end) {
      case HandshakeEnd.Secured secured -> {
        Optional<ClientCertificate> shown = ShownCertificate.in(tls);
        shown.ifPresent(this::endWith);
        serve(shown.map(accepted::with).orElse(accepted));
      }
      case HandshakeEnd.Failed(Throwable cause) ->
          ShownCertificate.failure(cause)
              .ifPresentOrElse(reason -> drop(accepted, reason), client::close);
    }
  }

  /// What a certificate opened ends with it, when what is in flight is answered.
  private void endWith(ClientCertificate shown) {
    Duration left = Duration.between(parts.journal().now(), shown.notAfter());
    Future<?> end =
        client
            .eventLoop()
            .schedule(
                () -> client.pipeline().fireUserEventTriggered(new Drain()),
                Math.max(0, left.toSeconds()),
                TimeUnit.SECONDS);
    client.closeFuture().addListener(closed -> end.cancel(false));
  }

  /// Without a word, but with its event.
  private void drop(Accepted accepted, Reason reason) {
    HttpPipeline.install(client, parts, accepted, new Entry.Proxy()).path().drop(reason);
  }

  /// Gives it the handlers of what the listener is for. What is told apart by its first octets, or
  /// comes in another form, branches off here.
  private void serve(Accepted accepted) {
    switch (door.listen().service()) {
      case Listen.Service.Proxy(boolean socks) when socks ->
          client
              .pipeline()
              .addLast(
                  Stages.FIRST_OCTET,
                  new FirstOctet(
                      parts.limits().times().idle(), octet -> toldApart(accepted, octet)));
      case Listen.Service.Proxy http ->
          HttpPipeline.install(client, parts, accepted, new Entry.Proxy());
      case Listen.Service.Transparent(Listen.Leading how) ->
          TransparentConnection.install(
              client, parts, accepted, new Entry.Transparent(OriginalPort.of(client, how)));
    }
  }

  private void toldApart(Accepted accepted, int octet) {
    switch (octet) {
      case SocksReader.VERSION_5 -> SocksConnection.install(client, parts, accepted);
      case SocksReader.VERSION_4 -> SocksConnection.refuseVersion4(client, parts, accepted);
      default -> HttpPipeline.install(client, parts, accepted, new Entry.Proxy());
    }
  }

  private void tooMany(Accepted accepted, ConnectionLimit reached) {
    parts.metrics().connectionRefused(reached);
    turnAway(accepted, Reason.LIMIT_EXCEEDED, "");
  }

  private void turnAway(Accepted accepted, Reason reason, String why) {
    ConnectionPath path = HttpPipeline.install(client, parts, accepted, new Entry.Proxy()).path();
    boolean led = door.listen().service() instanceof Listen.Service.Transparent;
    if (led || (door.tls().isPresent() && reason != Reason.MALFORMED)) {
      // Words would have to be said within TLS, or be those of an origin.
      path.drop(reason);
      return;
    }
    var turnedAway = door.shared().turnedAway();
    client.closeFuture().addListener(closed -> turnedAway.decrementAndGet());
    if (turnedAway.incrementAndGet() > FrontDoor.MAX_TURNED_AWAY) {
      path.drop(reason);
    } else {
      path.refuse(reason, why);
    }
  }
}
