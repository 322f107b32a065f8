package dev.sallyport.proxy;

import dev.sallyport.mitm.ClientHello;
import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.mitm.ServerName;
import dev.sallyport.mitm.TlsAlert;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.reply.Farewell;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.tunnel.HelloPeek;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection whose client takes the gate for the origin: the network led it here, or SOCKS has
/// told it that the way is open. What it wants is told by its first octets, held back until then:
///
/// - letters, as a method of HTTP has: requests as to an origin, each judged by itself;
/// - a ClientHello: what follows is what follows a CONNECT, but that nothing is answered in
///   between. The destination is its server name, or behind SOCKS the one that was asked for there;
/// - anything else: refused, but behind SOCKS judged as what follows a CONNECT too.
///
/// Nothing is resolved or dialled before that is allowed.
///
/// On the connection's event loop.
final class TransparentConnection extends ChannelInboundHandlerAdapter implements Downstream {
  /// Octets that may come behind the hello while its way is being opened. The client waits for an
  /// answer, so that only early data comes meanwhile.
  static final int MAX_HELD = 128 * 1024;

  private static final byte HANDSHAKE_RECORD = 0x16;

  private final GateParts parts;
  private final Accepted accepted;
  private final Channel client;
  private final Entry.AsOrigin entry;
  private final ClientEnd end;
  private final ConnectionPath path;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private @Nullable Future<?> alarm;
  private boolean tls;
  private boolean over;

  private TransparentConnection(
      GateParts parts, Accepted accepted, Channel client, Entry.AsOrigin entry) {
    this.parts = parts;
    this.accepted = accepted;
    this.client = client;
    this.entry = entry;
    this.end = new ClientEnd(parts, accepted, new Uploads());
    this.path =
        new ConnectionPath(
            parts,
            accepted,
            switch (entry) {
              case Entry.Transparent led -> led;
              case Entry.BehindSocks told -> new Entry.Socks();
            },
            this);
  }

  /// Adds it at the end of the pipeline.
  static void install(Channel client, GateParts parts, Accepted accepted, Entry.AsOrigin entry) {
    client
        .pipeline()
        .addLast(Stages.LED_HERE, new TransparentConnection(parts, accepted, client, entry));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    alarm =
        ctx.executor()
            .schedule(
                this::timedOut,
                parts.limits().times().clientHello().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf octets)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (over) {
      octets.release();
      return;
    }
    boolean first = !held.isReadable() && end.isIdle();
    keep(octets);
    if (first && held.isReadable()) {
      begin(held.getByte(held.readerIndex()));
    } else if (end.isIdle() && tls) {
      other();
    } else if (held.readableBytes() > MAX_HELD) {
      ctx.close();
    }
  }

  private void begin(byte first) {
    if (first >= 'A' && first <= 'Z') {
      http();
      return;
    }
    tls = first == HANDSHAKE_RECORD;
    if (!end.begin()) {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
      return;
    }
    other();
  }

  /// What is not HTTP.
  private void other() {
    switch (entry) {
      case Entry.Transparent(int port) when tls -> hello(port);
      case Entry.Transparent led -> path.refuse(Reason.NOT_TLS, "");
      case Entry.BehindSocks(Destination to, List<String> credentials) ->
          path.request(SocksRequest.connect(to.authority(), credentials));
    }
  }

  /// From here on it is a connection of HTTP like any other.
  private void http() {
    HttpPipeline.install(client, parts, accepted, entry);
    // What was held goes on to what was added behind.
    client.pipeline().remove(this);
  }

  private void hello(int port) {
    switch (parts.helloReader().read(held)) {
      case ClientHelloReader.NeedMore more -> {}
      case ClientHelloReader.Hello(ClientHello hello) -> asked(hello, port);
      case ClientHelloReader.NotTls other -> path.refuse(Reason.NOT_TLS, "");
      case ClientHelloReader.Malformed malformed -> path.refuse(Reason.NOT_TLS, "");
    }
  }

  private void asked(ClientHello hello, int port) {
    stopAlarm();
    Optional<Host.Name> named =
        hello.serverName() instanceof ServerName.Named(String name)
            ? HelloPeek.named(name)
            : Optional.empty();
    HelloFacts facts =
        new HelloFacts(named.map(Host::text), List.copyOf(hello.protocols()), hello.encrypted());
    if (named.isPresent()) {
      path.tls(named.get(), port, facts);
    } else {
      path.refuse(
          hello.serverName() instanceof ServerName.Absent
              ? Reason.SNI_MISSING
              : Reason.SNI_MISMATCH,
          facts);
    }
  }

  private void keep(ByteBuf octets) {
    if (held.isReadable()) {
      ByteBuf joined = client.alloc().buffer(held.readableBytes() + octets.readableBytes());
      joined.writeBytes(held).writeBytes(octets);
      octets.release();
      held.release();
      held = joined;
    } else {
      held.release();
      held = octets;
    }
    count();
  }

  private void count() {
    if (!end.holds(held.readableBytes()) && end.isIdle()) {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
    }
  }

  private void timedOut() {
    if (!end.isIdle()) {
      return;
    }
    if (held.isReadable()) {
      path.refuse(Reason.NOT_TLS, "");
    } else {
      client.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (end.isIdle() && (event instanceof Drain || event instanceof ChannelInputShutdownEvent)) {
      timedOut();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end.current().clientGone();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    path.caught(cause);
    end.current().clientGone();
    ctx.close();
  }

  /// It is HTTP, or became a tunnel, or says farewell, or is closed.
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopAlarm();
    ByteBuf last = held;
    held = Unpooled.EMPTY_BUFFER;
    if (last.isReadable() && ctx.channel().isActive()) {
      ctx.fireChannelRead(last);
      ctx.fireChannelReadComplete();
    } else {
      last.release();
    }
    end.leave();
  }

  private void stopAlarm() {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
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
  public void become(RequestPath next) {
    stopAlarm();
    end.become(next);
  }

  /// The hello, at least.
  @Override
  public boolean isFollowed() {
    return true;
  }

  /// Nothing is said: what the client hears next is the origin, or the gate in its place.
  @Override
  public Handover handover() {
    return new Handover() {
      @Override
      public void establish(HelloPeek peek) {
        client.pipeline().addAfter(Stages.LED_HERE, Stages.PEEK, peek);
      }

      @Override
      public void deliver() {
        client.pipeline().remove(Stages.LED_HERE);
        Handover.readOn(client);
      }
    };
  }

  @Override
  public void done() {
    end(Unpooled.EMPTY_BUFFER);
  }

  /// No answer in words can be read here: a client that speaks TLS gets an alert.
  @Override
  public void end(Object last) {
    ReferenceCountUtil.release(last);
    over = true;
    held.release();
    held = Unpooled.EMPTY_BUFFER;
    Farewell.say(
        client, tls ? TlsAlert.ACCESS_DENIED.asRecord(client.alloc()) : Unpooled.EMPTY_BUFFER);
  }

  /// Requests are a connection of HTTP's affair.
  @Override
  public void leaveHttp() {
    throw new IllegalStateException("there is no HTTP to leave");
  }

  @Override
  public void deliver() {
    handover().deliver();
  }

  @Override
  public void cut(Reason why) {
    end(Unpooled.EMPTY_BUFFER);
  }
}
