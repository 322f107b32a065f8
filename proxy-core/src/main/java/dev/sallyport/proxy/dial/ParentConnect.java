package dev.sallyport.proxy.dial;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Asks a parent proxy for a tunnel and reads the head of its answer. Leaves the pipeline with the
/// last octet of the head; the channel does not read then.
final class ParentConnect extends ChannelInboundHandlerAdapter {
  private final String authority;
  private final Optional<String> authorization;
  private final ParentHead head;
  private final Optional<ParentEnd> end;
  private final Consumer<ParentAnswer> answered;
  private boolean done;

  /// @param authority where the tunnel is to lead: `host:port`
  /// @param authorization the value of `Proxy-Authorization`
  /// @param head shared with the channel's [HeadReads], where octets are read one by one
  /// @param end takes back what is read behind the head, where they are not
  /// @param answered is told once
  ParentConnect(
      String authority,
      Optional<String> authorization,
      ParentHead head,
      Optional<ParentEnd> end,
      Consumer<ParentAnswer> answered) {
    this.authority = authority;
    this.authorization = authorization;
    this.head = head;
    this.end = end;
    this.answered = answered;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(
        Unpooled.copiedBuffer(request(), StandardCharsets.US_ASCII), ctx.voidPromise());
    ctx.channel().config().setAutoRead(true);
  }

  /// The Host field is the authority (RFC 9112 section 3.2.3).
  private String request() {
    String credentials =
        authorization.map(value -> "Proxy-Authorization: " + value + "\r\n").orElse("");
    return "CONNECT "
        + authority
        + " HTTP/1.1\r\nHost: "
        + authority
        + "\r\n"
        + credentials
        + "\r\n";
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof ByteBuf octets) {
        take(ctx, octets);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(ChannelHandlerContext ctx, ByteBuf octets) {
    while (!done && octets.isReadable()) {
      head.take(octets.readByte());
      if (head.isGarbage() || head.isComplete()) {
        if (octets.isReadable()) {
          end.ifPresent(before -> before.keep(octets.readRetainedSlice(octets.readableBytes())));
        }
        finish(ctx, ParentAnswer.of(head.status()));
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      finish(ctx, ParentAnswer.of(OptionalInt.empty()));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    finish(ctx, ParentAnswer.of(OptionalInt.empty()));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    finish(ctx, ParentAnswer.broken(cause));
  }

  private void finish(ChannelHandlerContext ctx, ParentAnswer answer) {
    if (!done) {
      done = true;
      // First of all, so that the read loop that may be under way takes nothing of the tunnel's.
      ctx.channel().config().setAutoRead(false);
      ctx.pipeline().remove(this);
      answered.accept(answer);
    }
  }
}
