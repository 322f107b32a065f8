package dev.sallyport.proxy.tunnel;

import dev.sallyport.mitm.ClientHello;
import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.mitm.ServerName;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Holds back the first octets of a tunnel until it is known what they are; bounded in octets by
/// the reader and in time. Whoever listens then lets them pass with [#pass] or closes the channel.
public final class HelloPeek extends ChannelInboundHandlerAdapter {
  /// Octets held at most between the telling and [#pass]; with more the client is closed. It waits
  /// for an answer, so that only early data comes meanwhile.
  static final int MAX_HELD = 128 * 1024;

  /// Told once, on the event loop.
  public interface Listener {
    /// The first octets are understood, or cannot be TLS.
    void opened(Opening opening);

    /// The client left, or stayed silent for the time it has, before a single octet came.
    void silent(Silence how);
  }

  /// How nothing came.
  public enum Silence {
    GONE,
    TIMED_OUT
  }

  private final ClientHelloReader reader;
  private final Host host;
  private final Duration patience;
  private final Listener listener;
  private ByteBuf seen = Unpooled.EMPTY_BUFFER;
  private @Nullable Future<?> alarm;
  private boolean told;
  private boolean holds;

  /// @param host the CONNECT host, with which the server name is compared
  /// @param patience how long the hello may take; zero for no bound, where the origin may speak
  ///   first
  public HelloPeek(ClientHelloReader reader, Host host, Duration patience, Listener listener) {
    this.reader = reader;
    this.host = host;
    this.patience = patience;
    this.listener = listener;
  }

  /// Keeps what comes from now on until [#pass], while whoever listens makes ready.
  public void hold(ChannelHandlerContext ctx) {
    holds = true;
    ctx.channel().config().setAutoRead(false);
  }

  /// Lets what was held back pass on and leaves the pipeline.
  public void pass(ChannelHandlerContext ctx) {
    ByteBuf held = seen;
    seen = Unpooled.EMPTY_BUFFER;
    ctx.fireChannelRead(held);
    ctx.fireChannelReadComplete();
    ctx.pipeline().remove(this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!patience.isZero()) {
      alarm = ctx.executor().schedule(() -> timedOut(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopAlarm();
    seen.release();
    seen = Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf octets)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (told) {
      behind(ctx, octets);
      return;
    }
    seen = append(ctx, seen, octets);
    switch (reader.read(seen)) {
      case ClientHelloReader.NeedMore more -> {}
      case ClientHelloReader.Hello(ClientHello hello) -> tell(opening(hello));
      case ClientHelloReader.NotTls(String why) -> tell(new Opening.Other(why));
      case ClientHelloReader.Malformed(String why) -> tell(new Opening.Unreadable(why));
    }
  }

  /// Of what was refused nothing is needed any more.
  private void behind(ChannelHandlerContext ctx, ByteBuf octets) {
    if (!holds) {
      octets.release();
    } else if (seen.readableBytes() + octets.readableBytes() > MAX_HELD) {
      octets.release();
      ctx.close();
    } else {
      seen = append(ctx, seen, octets);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      left();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    left();
    ctx.fireChannelInactive();
  }

  private void left() {
    if (told) {
      return;
    }
    if (seen.isReadable()) {
      tell(new Opening.Other("the ClientHello is cut short"));
    } else {
      told = true;
      stopAlarm();
      listener.silent(Silence.GONE);
    }
  }

  private void timedOut() {
    if (told) {
      return;
    }
    if (seen.isReadable()) {
      tell(new Opening.Other("the ClientHello is not complete in time"));
    } else {
      told = true;
      listener.silent(Silence.TIMED_OUT);
    }
  }

  private void tell(Opening opening) {
    told = true;
    stopAlarm();
    listener.opened(opening);
  }

  private Opening opening(ClientHello hello) {
    Optional<Host> named = Optional.empty();
    Opening.ServerNameSeen seenName =
        switch (hello.serverName()) {
          case ServerName.Absent absent -> Opening.ServerNameSeen.ABSENT;
          case ServerName.Invalid invalid -> Opening.ServerNameSeen.INVALID;
          case ServerName.Named(String name) -> {
            named = named(name).map(Function.identity());
            yield named.map(this::compared).orElse(Opening.ServerNameSeen.INVALID);
          }
        };
    HelloFacts facts =
        new HelloFacts(named.map(Host::text), List.copyOf(hello.protocols()), hello.encrypted());
    return new Opening.Tls(seenName, facts, hello.fingerprint());
  }

  /// A server name is a DNS name (RFC 6066 section 3: literals are not permitted).
  public static Optional<Host.Name> named(String name) {
    try {
      return Host.parse(name) instanceof Host.Name parsed && !name.endsWith(".")
          ? Optional.of(parsed)
          : Optional.empty();
    } catch (MalformedHostException notAHost) {
      return Optional.empty();
    }
  }

  private Opening.ServerNameSeen compared(Host named) {
    return named.equals(host) ? Opening.ServerNameSeen.SAME : Opening.ServerNameSeen.DIFFERENT;
  }

  private void stopAlarm() {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }

  private static ByteBuf append(ChannelHandlerContext ctx, ByteBuf seen, ByteBuf more) {
    if (!seen.isReadable()) {
      seen.release();
      return more;
    }
    ByteBuf joined = ctx.alloc().buffer(seen.readableBytes() + more.readableBytes());
    joined.writeBytes(seen).writeBytes(more);
    seen.release();
    more.release();
    return joined;
  }
}
