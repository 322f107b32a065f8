package dev.sallyport.proxy.tunnel;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import java.util.Optional;

/// Ends the gate's half of a channel in the way of what it carries: FIN, `close_notify` or
/// END_STREAM. On its event loop.
final class HalfEnd {
  private HalfEnd() {}

  /// Ends it behind what was written before; the future is that of the last write.
  static ChannelFuture of(Channel channel) {
    if (channel instanceof Http2StreamChannel) {
      return channel.writeAndFlush(new DefaultHttp2DataFrame(true));
    }
    return channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> end(channel));
  }

  private static void end(Channel channel) {
    Optional<SslHandler> tls = innermostTls(channel);
    if (tls.isPresent()) {
      tls.get().closeOutbound();
    } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
    }
  }

  /// TLS may stand within TLS: the client's with the origin's host in that with the gate.
  private static Optional<SslHandler> innermostTls(Channel channel) {
    Optional<SslHandler> last = Optional.empty();
    for (Map.Entry<String, ChannelHandler> entry : channel.pipeline()) {
      if (entry.getValue() instanceof SslHandler tls) {
        last = Optional.of(tls);
      }
    }
    return last;
  }
}
