package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.HeadTimer;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.reply.Farewell;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.wire.Malformed;
import dev.sallyport.proxy.wire.RequestFraming;
import dev.sallyport.rules.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/// A client's connection that speaks HTTP/1.1: one request at a time, from the framing to the end
/// of its answer. What becomes of a request is [ConnectionPath]'s to say. Everything runs on the
/// connection's event loop.
final class ClientConnection extends ChannelInboundHandlerAdapter implements Downstream {
  private final Channel client;
  private final RequestFraming framing;
  private final HeadTimer timer;
  private final ClientEnd end;
  private final ConnectionPath path;
  private boolean http10;
  private boolean draining;
  private boolean inputEnded;
  private boolean waitsForClient;

  ClientConnection(
      GateParts parts,
      Accepted accepted,
      Entry entry,
      Channel client,
      RequestFraming framing,
      HeadTimer timer) {
    this.client = client;
    this.framing = framing;
    this.timer = timer;
    this.end = new ClientEnd(parts, accepted, new Uploads());
    this.path = new ConnectionPath(parts, accepted, entry, this);
  }

  /// The way that its requests go.
  ConnectionPath path() {
    return path;
  }

  @Override
  public Channel channel() {
    return client;
  }

  @Override
  public ClientEnd common() {
    return end;
  }

  @Override
  public boolean isFollowed() {
    return framing.holdsOctets();
  }

  @Override
  public Handover handover() {
    return new HttpHandover(client);
  }

  @Override
  public void done() {
    end.rest();
    timer.rest(client);
    // Answers that nobody reads must not pile up here.
    waitsForClient = !client.isWritable();
    if (!waitsForClient) {
      next();
    }
  }

  @Override
  public void end(Object last) {
    Farewell.say(client, last);
  }

  /// Where there is no room to wait until what was written has gone out, or the end of the
  /// connection would be the end of the answer, it ends with a reset, which is neither.
  @Override
  public void cut(Reason why) {
    if (why == Reason.LIMIT_EXCEEDED || http10) {
      client.config().setOption(ChannelOption.SO_LINGER, 0);
      client.close();
    } else {
      Farewell.say(client, Unpooled.EMPTY_BUFFER);
    }
  }

  @Override
  public void leaveHttp() {
    new HttpHandover(client).leaveHttp();
  }

  @Override
  public void deliver() {
    handover().deliver();
  }

  private void next() {
    if (draining || (inputEnded && !framing.holdsOctets())) {
      leave();
      return;
    }
    if (framing.holdsOctets()) {
      timer.begin(client);
      begun();
    }
    // A request that waited, and was refused then, had turned it off.
    client.config().setAutoRead(true);
    framing.next();
  }

  /// A head has begun to come. Where too much is being set up already, it is refused unread.
  private void begun() {
    if (end.isIdle() && !end.begin()) {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
    }
  }

  /// What is held of heads and pipelined requests counts to the client's share.
  private void count() {
    if (!end.holds(framing.heldOctets()) && end.isIdle()) {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
    }
  }

  /// Closes in order: what was answered still goes out.
  private void leave() {
    end.become(Unheeding.REFUSED);
    Farewell.say(client, Unpooled.EMPTY_BUFFER);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HttpRequest head when !end.isIdle() -> {
        // It was shed before its head was complete.
        ReferenceCountUtil.release(message);
      }
      case HttpRequest head when head.decoderResult().isFailure() -> {
        ReferenceCountUtil.release(message);
        malformed("the head cannot be read");
      }
      case HttpRequest head -> {
        timer.stop();
        http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        path.request(head);
      }
      case HttpContent part -> content(part);
      case Malformed(String why) -> malformed(why);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void content(HttpContent part) {
    if (part.decoderResult().isFailure()) {
      part.release();
      end.current().malformed("the body cannot be read");
    } else {
      end.current().content(part);
    }
  }

  private void malformed(String why) {
    timer.stop();
    if (end.isIdle()) {
      path.refuse(Reason.MALFORMED, why);
    } else {
      end.current().malformed(why);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    count();
    if (!end.isIdle()) {
      end.current().readComplete();
    } else if (inputEnded && !waitsForClient) {
      nothingFollows();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (client.isWritable()) {
      if (!end.isIdle()) {
        end.current().clientWritable();
      } else if (waitsForClient) {
        waitsForClient = false;
        next();
      }
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case HeadTimer.Begun begun -> begun();
      case HeadTimer.Expired expired -> expired();
      case Drain drain -> {
        draining = true;
        if (end.isIdle() && !framing.isWithinHead()) {
          leave();
        }
      }
      case ChannelInputShutdownEvent shutdown -> inputEnded(ctx, event);
      case SslCloseCompletionEvent closed -> inputEnded(ctx, event);
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  private void inputEnded(ChannelHandlerContext ctx, Object event) {
    if (!inputEnded) {
      inputEnded = true;
      nothingFollows();
    }
    ctx.fireUserEventTriggered(event);
  }

  /// A client that has sent its last request may still wait for the answer (RFC 9112 section 9.6).
  private void nothingFollows() {
    if (framing.isWithinHead()) {
      malformed("the head is cut short");
    } else if (framing.isWithinBody()) {
      malformed("the body is cut short");
    } else if (end.isIdle() && !framing.holdsOctets()) {
      leave();
    }
  }

  private void expired() {
    if (framing.isWithinHead()) {
      malformed("the head is not complete in time");
    } else if (end.isIdle()) {
      client.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timer.stop();
    end.current().clientGone();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end.leave();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    path.caught(cause);
    end.current().clientGone();
    ctx.close();
  }
}
