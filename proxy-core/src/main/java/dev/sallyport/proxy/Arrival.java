package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.FirstOctet;
import dev.sallyport.proxy.accept.ProxyHeaderGate;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.metrics.ConnectionLimit;
import dev.sallyport.proxy.socks.SocksReader;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.Reason;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What happens to a connection before its first request, step by step: whom it is from, whether
/// there is room for it, and what it is taken for.
///
/// ```
/// begin -> (PROXY protocol) -> named -> serve
/// ```
///
/// On the connection's event loop.
final class Arrival implements ProxyHeaderGate.Listener {
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
    InetSocketAddress peer = client.remoteAddress();
    if (forwarded && !door.believes(peer.getAddress())) {
      turnAway(accepted(peer), Reason.PEER_NOT_TRUSTED, "");
      return;
    }
    Optional<ConnectionLimit> reached = door.shared().limits().enter();
    if (reached.isPresent()) {
      tooMany(accepted(peer), reached.get());
      return;
    }
    door.shared().clients().add(client);
    parts.metrics().connectionOpened();
    client.closeFuture().addListener(closed -> left());
    if (forwarded) {
      client
          .pipeline()
          .addLast(
              Stages.PROXY_HEADER, new ProxyHeaderGate(parts.limits().times().requestHead(), this));
    } else {
      named(peer);
    }
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
    Accepted accepted = accepted(from);
    Optional<ConnectionLimit> reached = door.shared().limits().name(from.getAddress());
    if (reached.isPresent()) {
      tooMany(accepted, reached.get());
    } else {
      counted = from.getAddress();
      serve(accepted);
    }
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
    var turnedAway = door.shared().turnedAway();
    client.closeFuture().addListener(closed -> turnedAway.decrementAndGet());
    if (turnedAway.incrementAndGet() > FrontDoor.MAX_TURNED_AWAY) {
      path.drop(reason);
    } else {
      path.refuse(reason, why);
    }
  }
}
