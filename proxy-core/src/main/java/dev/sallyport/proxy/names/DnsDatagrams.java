package dev.sallyport.proxy.names;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Queries over UDP, one in each datagram. On the socket's event loop.
final class DnsDatagrams extends SimpleChannelInboundHandler<DatagramPacket> {
  private static final Logger LOG = LoggerFactory.getLogger(DnsDatagrams.class);

  private final DnsReplies replies;
  private final Consumer<DnsOutcome> count;
  private final QueryRate rate = new QueryRate(System::nanoTime);

  DnsDatagrams(DnsReplies replies, Consumer<DnsOutcome> count) {
    this.replies = replies;
    this.count = count;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket query) {
    boolean room =
        query.sender().getPort() != 0
            && ctx.channel().isWritable()
            && rate.takes(query.sender().getAddress());
    if (!room) {
      count.accept(DnsOutcome.DROPPED);
      return;
    }
    DnsReplies.Reply reply = replies.to(DnsQuery.read(ByteBufUtil.getBytes(query.content())));
    count.accept(reply.outcome());
    if (reply.message().length > 0) {
      ctx.write(new DatagramPacket(Unpooled.wrappedBuffer(reply.message()), query.sender()));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  /// A client that is gone says so by ICMP, which is no reason to stop.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("a datagram failed", cause);
  }
}
