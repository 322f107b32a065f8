package dev.sallyport.proxy;

import dev.sallyport.proxy.exchange.OriginLink;
import dev.sallyport.proxy.tunnel.HelloPeek;
import dev.sallyport.proxy.tunnel.Relay;
import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;

/// Makes a client's connection one of octets once what it asked for is granted, in the way of the
/// entrance that it came by. On its event loop.
interface Handover {
  /// Says that the way is open and takes the asking out of the pipeline, all but what still holds
  /// octets that came right behind it. The peek stands behind that.
  void establish(HelloPeek peek);

  /// Hands on what was held, for the peek to look at, and reads on.
  void deliver();

  /// Joins a client and its origin that have agreed to leave HTTP. Nothing of what either sent
  /// behind its head has reached the other before.
  static void join(Downstream client, OriginLink origin, Relay relay) {
    client.leaveHttp();
    origin.leaveHttp();
    relay.install(Stages.RELAY);
    client.channel().flush();
    origin.deliver();
    relay.startOrigin();
    client.deliver();
  }

  /// A client may have ended its half meanwhile.
  static void readOn(Channel client) {
    if (client instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
      client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    client.config().setAutoRead(true);
  }
}
