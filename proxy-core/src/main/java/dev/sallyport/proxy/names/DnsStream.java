package dev.sallyport.proxy.names;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Queries over TCP, each behind its length (RFC 7766 section 8). On the connection's event loop.
final class DnsStream extends SimpleChannelInboundHandler<ByteBuf> {
  /// How long a connection may last, whatever is asked on it.
  static final Duration LIFE = Duration.ofSeconds(10);

  private static final int LENGTH = 2;

  private final DnsReplies replies;
  private final Consumer<DnsOutcome> count;
  private final QueryRate rate = new QueryRate(System::nanoTime);
  private final InetAddress client;

  private DnsStream(DnsReplies replies, Consumer<DnsOutcome> count, InetAddress client) {
    this.replies = replies;
    this.count = count;
    this.client = client;
  }

  static void install(SocketChannel client, DnsReplies replies, Consumer<DnsOutcome> count) {
    client
        .pipeline()
        .addLast(new LengthFieldBasedFrameDecoder(LENGTH + DnsQuery.MOST, 0, LENGTH, 0, LENGTH));
    client.pipeline().addLast(new DnsStream(replies, count, client.remoteAddress().getAddress()));
    var end =
        client.eventLoop().schedule(() -> client.close(), LIFE.toMillis(), TimeUnit.MILLISECONDS);
    client.closeFuture().addListener(closed -> end.cancel(false));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf query) {
    if (!ctx.channel().isWritable() || !rate.takes(client)) {
      count.accept(DnsOutcome.DROPPED);
      ctx.close();
      return;
    }
    DnsReplies.Reply reply = replies.to(DnsQuery.read(ByteBufUtil.getBytes(query)));
    count.accept(reply.outcome());
    if (reply.message().length == 0) {
      ctx.close();
      return;
    }
    ctx.write(
        ctx.alloc()
            .buffer(LENGTH + reply.message().length)
            .writeShort(reply.message().length)
            .writeBytes(reply.message()));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  /// Too long a message, or a client that is gone.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    count.accept(DnsOutcome.MALFORMED);
    ctx.close();
  }
}
