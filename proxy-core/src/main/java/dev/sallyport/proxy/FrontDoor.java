package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.config.Listen;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Where the connections of one listener come in; each goes the way of an [Arrival].
final class FrontDoor extends ChannelInitializer<SocketChannel> {
  /// Connections beyond the limits that are told so at the same time; further ones are closed
  /// without a word, or the telling would hold as many as anybody likes.
  static final int MAX_TURNED_AWAY = 256;

  private final GateParts parts;
  private final Listen listen;
  private final Optional<ListenerTls> tls;
  private final Shared shared;

  /// What the listeners of a gate have in common.
  ///
  /// @param ownListener whether every listener belongs to one client alone
  /// @param clients every connection that was taken
  /// @param turnedAway how many are being told that they may not come in
  record Shared(
      ConnectionLimits limits,
      boolean ownListener,
      ChannelGroup clients,
      AtomicInteger turnedAway) {}

  /// @param tls empty for a listener in clear
  FrontDoor(GateParts parts, Listen listen, Optional<ListenerTls> tls, Shared shared) {
    this.parts = parts;
    this.listen = listen;
    this.tls = tls;
    this.shared = shared;
  }

  @Override
  protected void initChannel(SocketChannel client) {
    new Arrival(this, client).begin();
  }

  GateParts parts() {
    return parts;
  }

  Listen listen() {
    return listen;
  }

  Optional<ListenerTls> tls() {
    return tls;
  }

  Shared shared() {
    return shared;
  }

  /// Whether a PROXY protocol header of this peer is believed.
  boolean believes(InetAddress peer) {
    return listen.balancers().stream().anyMatch(range -> range.contains(peer));
  }
}
