package dev.sallyport.proxy.tunnel;

import dev.sallyport.proxy.limit.Backlog;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Passes octets both ways between two channels of one event loop. Reading stops where the other
/// side cannot be written; a half-closed side is half-closed on the other; a tunnel without octets
/// for the idle time ends. Says exactly once how it ended.
public final class Relay {
  /// How long octets that are already accepted may take to reach a side whose partner is gone, in
  /// milliseconds.
  static final long LINGER_MILLIS = 30_000;

  /// Told once, on the event loop.
  public interface Listener {
    /// @param sent octets towards the origin
    /// @param received octets from the origin
    void ended(Reason end, Side side, long sent, long received);
  }

  private final Channel client;
  private final Channel origin;
  private final long idleNanos;
  private final Uploads.Upload upload;
  private final Listener listener;
  private final Backlog up;
  private final Backlog down;
  private final Map<Side, ChannelFuture> lastWrites = new EnumMap<>(Side.class);
  private long sent;
  private long received;
  private long lastActive = System.nanoTime();
  private boolean clientDone;
  private boolean originDone;
  private boolean ended;
  private @Nullable Future<?> idleCheck;

  /// @param idle how long a tunnel may be without octets
  /// @param share what the client may leave waiting; a tunnel for which there is no room ends with
  ///   `limit-exceeded`
  /// @param upload counts what the client sends; a tunnel that would pass the limit ends with
  ///   `upload-limit`, and nothing of what would pass it goes up
  public Relay(
      Channel client,
      Channel origin,
      Duration idle,
      OctetBudget.Share share,
      Uploads.Upload upload,
      Listener listener) {
    this.client = client;
    this.origin = origin;
    this.idleNanos = idle.toNanos();
    this.upload = upload;
    this.listener = listener;
    this.up = new Backlog(share, origin);
    this.down = new Backlog(share, client);
  }

  /// Takes its place at the end of both pipelines. Reading starts with [#startOrigin] and what the
  /// client's channel delivers.
  public void install(String handlerName) {
    client.pipeline().addLast(handlerName, new Leg(Side.CLIENT, origin));
    origin.pipeline().addLast(handlerName, new Leg(Side.ORIGIN, client));
    scheduleIdleCheck(idleNanos);
  }

  /// Lets the origin's octets come.
  public void startOrigin() {
    origin.config().setAutoRead(true);
    if (origin instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
      // It ended its half while nobody listened.
      inputEnded(Side.ORIGIN, client);
    }
  }

  /// Ends both sides now. The first call counts.
  public void end(Reason reason, Side side) {
    if (!ended) {
      finish(reason, side);
      closeAfterFlush(Side.CLIENT, client);
      closeAfterFlush(Side.ORIGIN, origin);
    }
  }

  /// Ends the origin's side now and leaves the client's open for the caller's last words.
  public void refuse(Reason reason) {
    if (!ended) {
      finish(reason, Side.GATE);
      closeAfterFlush(Side.ORIGIN, origin);
    }
  }

  private void finish(Reason reason, Side side) {
    ended = true;
    if (idleCheck != null) {
      idleCheck.cancel(false);
    }
    up.end();
    down.end();
    listener.ended(reason, side, sent, received);
  }

  /// Ends both sides without waiting for what is on its way: there is no room for it.
  private void shed() {
    if (!ended) {
      finish(Reason.LIMIT_EXCEEDED, Side.GATE);
      client.close();
      origin.close();
    }
  }

  private void closeAfterFlush(Side side, Channel channel) {
    if (!channel.isActive()) {
      channel.close();
      return;
    }
    Optional.ofNullable(lastWrites.get(side))
        .orElseGet(() -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER))
        .addListener(ChannelFutureListener.CLOSE);
    Future<?> bound =
        channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> bound.cancel(false));
  }

  private void scheduleIdleCheck(long delayNanos) {
    idleCheck = client.eventLoop().schedule(this::checkIdle, delayNanos, TimeUnit.NANOSECONDS);
  }

  private void checkIdle() {
    long left = idleNanos - (System.nanoTime() - lastActive);
    if (left <= 0) {
      end(Reason.IDLE, Side.GATE);
    } else {
      scheduleIdleCheck(left);
    }
  }

  private void inputEnded(Side side, Channel other) {
    boolean first = side == Side.CLIENT ? !clientDone : !originDone;
    if (!first || ended) {
      return;
    }
    if (side == Side.CLIENT) {
      clientDone = true;
    } else {
      originDone = true;
    }
    lastWrites.put(side == Side.CLIENT ? Side.ORIGIN : Side.CLIENT, HalfEnd.of(other));
    if (clientDone && originDone) {
      end(Reason.DONE, side);
    }
  }

  /// One direction: what arrives on its own channel goes to the other.
  private final class Leg extends ChannelInboundHandlerAdapter {
    private final Side side;
    private final Channel other;

    Leg(Side side, Channel other) {
      this.side = side;
      this.other = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (!(message instanceof ByteBuf octets) || ended) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (side == Side.CLIENT) {
        if (!upload.take(octets.readableBytes())) {
          octets.release();
          end(Reason.UPLOAD_LIMIT, Side.GATE);
          return;
        }
        sent += octets.readableBytes();
      } else {
        received += octets.readableBytes();
      }
      other.write(octets, other.voidPromise());
      limit(ctx.channel());
    }

    private void limit(Channel own) {
      Backlog backlog = side == Side.CLIENT ? up : down;
      if (!ended && !backlog.written(own)) {
        shed();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      lastActive = System.nanoTime();
      other.flush();
      limit(ctx.channel());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (ctx.channel().isWritable()) {
        lastActive = System.nanoTime();
        Backlog backlog = side == Side.CLIENT ? down : up;
        backlog.drained(other);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
        inputEnded(side, other);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end(Reason.DONE, side);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      end(side == Side.CLIENT ? Reason.CLIENT_GONE : Reason.DONE, side);
    }
  }
}
