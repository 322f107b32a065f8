package dev.sallyport.proxy;

import dev.sallyport.proxy.tunnel.HelloPeek;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.nio.charset.StandardCharsets;

/// Makes a client's connection one of octets once its CONNECT is answered. On its event loop.
final class Handover {
  private static final byte[] ESTABLISHED =
      "HTTP/1.1 200 Connection Established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Handover() {}

  /// Says `200` and takes HTTP out of the pipeline, all but the framing, which still holds what
  /// came right behind the CONNECT.
  static void establish(Channel client, HelloPeek peek) {
    client.pipeline().addAfter(Stages.PATH, Stages.PEEK, peek);
    client.pipeline().remove(Stages.PATH);
    client.pipeline().remove(Stages.ENCODE);
    client.writeAndFlush(Unpooled.wrappedBuffer(ESTABLISHED), client.voidPromise());
    client.pipeline().remove(Stages.DECODE);
    client.pipeline().remove(Stages.HEAD_TIMER);
  }

  /// Hands on what was held, for the peek to look at, and reads on.
  static void deliver(Channel client) {
    client.pipeline().remove(Stages.FRAMING);
    if (client instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
      // The client ended its half meanwhile.
      client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    client.config().setAutoRead(true);
  }
}
