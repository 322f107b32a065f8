package dev.sallyport.proxy;

import dev.sallyport.proxy.http2.StreamOctets;
import dev.sallyport.proxy.http2.StreamRequests;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.wire.Malformed;
import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;

/// A stream of a client's connection that speaks HTTP/2: one request and its answer. What becomes
/// of it is [ConnectionPath]'s to say. On the connection's event loop.
final class ClientStream extends ChannelInboundHandlerAdapter implements Downstream {
  private final Channel stream;
  private final StreamRequests requests;
  private final ClientEnd end;
  private final ConnectionPath path;

  ClientStream(
      GateParts parts,
      Accepted accepted,
      Entry entry,
      Channel stream,
      StreamRequests requests,
      Uploads uploads) {
    this.stream = stream;
    this.requests = requests;
    this.end = new ClientEnd(parts, accepted, uploads);
    this.path = new ConnectionPath(parts, accepted, entry, this);
  }

  @Override
  public Channel channel() {
    return stream;
  }

  @Override
  public ClientEnd common() {
    return end;
  }

  @Override
  public boolean isFollowed() {
    return false;
  }

  @Override
  public Handover handover() {
    throw new IllegalStateException("no tunnel is asked for within a stream");
  }

  /// A stream ends with its answer.
  @Override
  public void done() {
    end(stream.alloc().buffer(0));
  }

  /// Whoever has the whole answer need not send the rest of the request (RFC 9113 section 8.1).
  @Override
  public void end(Object last) {
    if (last instanceof ByteBuf nothing) {
      nothing.release();
      stream.flush();
      finish();
    } else {
      stream.writeAndFlush(last).addListener(written -> finish());
    }
  }

  private void finish() {
    end.become(Unheeding.REFUSED);
    if (!requests.isRequestDone() && stream.isActive()) {
      reset(Http2Error.NO_ERROR);
    }
  }

  @Override
  public void cut(Reason why) {
    reset(Http2Error.INTERNAL_ERROR);
  }

  @Override
  public void leaveHttp() {
    stream.pipeline().addAfter(Stages.DECODE, Stages.OCTETS, new StreamOctets());
    stream.pipeline().remove(this);
  }

  @Override
  public void deliver() {
    stream.pipeline().remove(requests);
    stream.config().setAutoRead(true);
  }

  private void reset(Http2Error error) {
    stream.writeAndFlush(new DefaultHttp2ResetFrame(error)).addListener(written -> stream.close());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HttpRequest head -> request(head);
      case HttpContent part -> end.current().content(part);
      case Malformed(String why) -> malformed(why);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void request(HttpRequest head) {
    if (end.begin()) {
      path.request(head);
    } else {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
    }
  }

  private void malformed(String why) {
    if (end.isIdle()) {
      path.refuse(Reason.MALFORMED, why);
    } else {
      end.current().malformed(why);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    end.current().readComplete();
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (stream.isWritable()) {
      end.current().clientWritable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    isSetUp();
    if (end.isIdle()) {
      // A head that the codec has turned away: it is longer than a head may be.
      path.drop(Reason.MALFORMED);
    } else {
      end.current().clientGone();
    }
    ctx.fireChannelInactive();
  }

  /// The codec says of a stream's frames that they are not in order, and resets it behind this.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof Http2Exception) {
      malformed("the stream's frames are not in order");
      return;
    }
    path.caught(cause);
    end.current().clientGone();
    ctx.close();
  }
}
