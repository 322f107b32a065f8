package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.metrics.ConnectionLimit;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// What happens to a connection of one listener before its first request, step by step: who it is
/// from, whether there is room for it, and what it is taken for.
///
/// ```
/// arrived -> admitted -> served
/// ```
///
/// Each listener has one; it is called on the event loops of its connections.
final class FrontDoor extends ChannelInitializer<SocketChannel> {
  /// Connections beyond the limits that are told so at the same time; further ones are closed
  /// without a word, or the telling would hold as many as anybody likes.
  static final int MAX_TURNED_AWAY = 256;

  private final GateParts parts;
  private final Listen listen;
  private final Shared shared;

  /// What the listeners of a gate have in common.
  ///
  /// @param ownListener whether every listener belongs to one client alone
  /// @param clients every connection that was admitted
  /// @param turnedAway how many are being told that there is no room
  record Shared(
      ConnectionLimits limits,
      boolean ownListener,
      ChannelGroup clients,
      AtomicInteger turnedAway) {}

  FrontDoor(GateParts parts, Listen listen, Shared shared) {
    this.parts = parts;
    this.listen = listen;
    this.shared = shared;
  }

  @Override
  protected void initChannel(SocketChannel client) {
    arrived(client, client.remoteAddress());
  }

  /// Its address is known.
  private void arrived(SocketChannel client, InetSocketAddress from) {
    Accepted accepted =
        new Accepted(
            Ulid.at(System.currentTimeMillis()),
            from,
            listen.name(),
            shared.ownListener(),
            parts.journal().now());
    Optional<ConnectionLimit> reached = shared.limits().enter(from.getAddress());
    if (reached.isPresent()) {
      parts.metrics().connectionRefused(reached.get());
      turnAway(client, accepted);
    } else {
      admitted(client, accepted);
    }
  }

  /// It is counted until it closes.
  private void admitted(SocketChannel client, Accepted accepted) {
    InetAddress from = accepted.client().getAddress();
    shared.clients().add(client);
    parts.metrics().connectionOpened();
    client
        .closeFuture()
        .addListener(
            closed -> {
              shared.limits().leave(from);
              parts.metrics().connectionClosed();
            });
    served(client, accepted);
  }

  /// It gets the handlers of what the listener is for. What is told apart by its first octets, or
  /// comes in another form, branches off here.
  private void served(SocketChannel client, Accepted accepted) {
    switch (listen.service()) {
      case Listen.Service.Proxy proxy ->
          HttpPipeline.install(client, parts, accepted, new Entry.Proxy());
    }
  }

  private void turnAway(Channel client, Accepted accepted) {
    ConnectionPath path = HttpPipeline.install(client, parts, accepted, new Entry.Proxy()).path();
    client.closeFuture().addListener(closed -> shared.turnedAway().decrementAndGet());
    if (shared.turnedAway().incrementAndGet() > MAX_TURNED_AWAY) {
      path.drop(Reason.LIMIT_EXCEEDED);
    } else {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
    }
  }
}
