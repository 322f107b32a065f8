package dev.sallyport.proxy.exchange;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.util.Map;

/// Counts the octets of one stream: its bodies as they are, its heads as they are before HPACK
/// makes them smaller, and nothing for the frames.
final class StreamMeter extends ChannelDuplexHandler {
  private long sent;
  private long received;

  long sent() {
    return sent;
  }

  long received() {
    return received;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    received += octets(message);
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    sent += octets(message);
    ctx.write(message, promise);
  }

  private static long octets(Object message) {
    return switch (message) {
      case Http2DataFrame data -> data.content().readableBytes();
      case Http2HeadersFrame head -> octets(head.headers());
      default -> 0;
    };
  }

  private static long octets(Http2Headers head) {
    long octets = 0;
    for (Map.Entry<CharSequence, CharSequence> field : head) {
      octets += field.getKey().length() + field.getValue().length();
    }
    return octets;
  }
}
