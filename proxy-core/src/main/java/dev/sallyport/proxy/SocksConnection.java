package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.HeadTimer;
import dev.sallyport.proxy.identify.Identifier;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.reply.Farewell;
import dev.sallyport.proxy.socks.SocksReader;
import dev.sallyport.proxy.socks.SocksReader.Reading;
import dev.sallyport.proxy.socks.SocksReply;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.tunnel.HelloPeek;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/// A client's connection that speaks SOCKS5: greeting, credentials, one CONNECT. That goes the way
/// of any CONNECT ([ConnectionPath]); its answers are said in the words of SOCKS. Where plain http
/// could be allowed, the client is told to go on, and what comes next says what it is
/// ([TransparentConnection]). Everything runs on the connection's event loop.
final class SocksConnection extends ChannelInboundHandlerAdapter implements Downstream, Handover {
  private final GateParts parts;
  private final Accepted accepted;
  private final Channel client;
  private final HeadTimer timer;
  private final ClientEnd end;
  private final ConnectionPath path;
  private final List<String> credentials = new ArrayList<>(1);
  private State state = State.GREETING;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;

  /// What comes next.
  private enum State {
    GREETING,
    CREDENTIALS,
    REQUEST,
    /// Whatever comes now belongs to the tunnel.
    ASKED
  }

  private SocksConnection(GateParts parts, Accepted accepted, Channel client, HeadTimer timer) {
    this.parts = parts;
    this.accepted = accepted;
    this.client = client;
    this.timer = timer;
    this.end = new ClientEnd(parts, accepted, new Uploads());
    this.path = new ConnectionPath(parts, accepted, new Entry.Socks(), this);
  }

  /// Takes its place in the pipeline of a client whose first octets are about to come through it.
  static void install(Channel client, GateParts parts, Accepted accepted) {
    var times = parts.limits().times();
    HeadTimer timer = new HeadTimer(times.requestHead(), times.idle());
    SocksConnection connection = new SocksConnection(parts, accepted, client, timer);
    client.pipeline().addLast(Stages.HEAD_TIMER, timer);
    client.pipeline().addLast(Stages.PATH, connection);
    timer.begin(client);
    connection.begin();
  }

  /// Refuses a client of SOCKS4, in its own words.
  static void refuseVersion4(Channel client, GateParts parts, Accepted accepted) {
    var times = parts.limits().times();
    HeadTimer timer = new HeadTimer(times.requestHead(), times.idle());
    SocksConnection connection = new SocksConnection(parts, accepted, client, timer);
    client.pipeline().addLast(Stages.PATH, connection);
    connection.refuse(Reason.SOCKS_NOT_SUPPORTED, SocksReply.rejectedVersion4());
  }

  /// Where too much is being set up already it is refused unread.
  private void begin() {
    if (!end.begin()) {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf octets)) {
      ReferenceCountUtil.release(message);
      return;
    }
    held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, octets);
    while (end.isIdle() && step()) {
      // One message leads to the next, where both have come.
    }
    count();
  }

  /// Looks at what is held. False when more has to come, or nothing more is to be read.
  private boolean step() {
    Reading reading =
        switch (state) {
          case GREETING -> SocksReader.greeting(held);
          case CREDENTIALS -> SocksReader.credentials(held);
          case REQUEST -> SocksReader.request(held);
          case ASKED -> throw new IllegalStateException("a request that is asked is no more read");
        };
    return switch (reading) {
      case Reading.NeedMore more -> false;
      case Reading.Greeting greeting -> {
        held.skipBytes(greeting.octets());
        yield greeted(greeting);
      }
      case Reading.Credentials shown -> {
        held.skipBytes(shown.octets());
        yield shown(shown);
      }
      case Reading.Connect(String authority, int octets) -> {
        held.skipBytes(octets);
        ask(authority);
        yield false;
      }
      case Reading.Unsupported(SocksReply reply) -> {
        refuse(Reason.SOCKS_NOT_SUPPORTED, reply.octets());
        yield false;
      }
      case Reading.Wrong wrong -> {
        refuse(Reason.MALFORMED, SocksReply.GENERAL_FAILURE.octets());
        yield false;
      }
    };
  }

  /// Credentials are asked for where there is something to hold them against, or nothing else is
  /// offered.
  private boolean greeted(Reading.Greeting offered) {
    boolean onFile = parts.tokens().tokens().isPresent();
    if (offered.credentials() && (onFile || !offered.nothing())) {
      state = State.CREDENTIALS;
      client.writeAndFlush(SocksReply.Method.USER_AND_PASSWORD.octets(), client.voidPromise());
      return true;
    }
    if (!offered.nothing()) {
      refuse(Reason.CREDENTIALS_MISSING, SocksReply.Method.NONE_ACCEPTABLE.octets());
      return false;
    }
    if (parts.identifier().identify(accepted, List.of())
        instanceof Identifier.Result.Refused(Reason reason)) {
      refuse(reason, SocksReply.Method.NONE_ACCEPTABLE.octets());
      return false;
    }
    state = State.REQUEST;
    client.writeAndFlush(SocksReply.Method.NO_AUTHENTICATION.octets(), client.voidPromise());
    return true;
  }

  /// Wrong ones end it here, as the protocol wants; right ones are judged again with the request.
  private boolean shown(Reading.Credentials shown) {
    credentials.add(SocksRequest.basic(shown.user(), shown.password()));
    if (parts.identifier().identify(accepted, credentials)
        instanceof Identifier.Result.Refused(Reason reason)) {
      refuse(reason, SocksReply.Status.WRONG.octets());
      return false;
    }
    state = State.REQUEST;
    client.writeAndFlush(SocksReply.Status.RIGHT.octets(), client.voidPromise());
    return true;
  }

  private void ask(String authority) {
    state = State.ASKED;
    timer.stop();
    client.config().setAutoRead(false);
    HttpRequest connect = SocksRequest.connect(authority, credentials);
    path.plainHttp(connect).ifPresentOrElse(this::goOn, () -> path.request(connect));
  }

  /// Nothing is decided yet, and nothing dialled.
  private void goOn(Destination to) {
    client.writeAndFlush(SocksReply.SUCCEEDED.octets(), client.voidPromise());
    TransparentConnection.install(client, parts, accepted, new Entry.BehindSocks(to, credentials));
    client.pipeline().remove(Stages.HEAD_TIMER);
    client.pipeline().remove(Stages.PATH);
    Handover.readOn(client);
  }

  /// Ends it before there was a request.
  private void refuse(Reason reason, ByteBuf last) {
    timer.stop();
    path.refuse(reason, last);
  }

  /// What is held counts to the client's share.
  private void count() {
    if (!end.holds(held.readableBytes()) && end.isIdle()) {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
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

  /// Behind a refusal nothing follows in SOCKS.
  @Override
  public boolean isFollowed() {
    return true;
  }

  @Override
  public Handover handover() {
    return this;
  }

  @Override
  public void done() {
    client.close();
  }

  @Override
  public void end(Object last) {
    Farewell.say(client, last);
  }

  @Override
  public void refuse(Reason reason, FullHttpResponse inWords) {
    inWords.release();
    end(
        state == State.GREETING
            ? SocksReply.Method.NONE_ACCEPTABLE.octets()
            : SocksReply.of(reason).octets());
  }

  @Override
  public void cut(Reason why) {
    client.close();
  }

  @Override
  public void establish(HelloPeek peek) {
    client.pipeline().addAfter(Stages.PATH, Stages.PEEK, peek);
    client.writeAndFlush(SocksReply.SUCCEEDED.octets(), client.voidPromise());
    client.pipeline().remove(Stages.HEAD_TIMER);
  }

  /// A request whose answer could change the protocol is not made in SOCKS.
  @Override
  public void leaveHttp() {
    throw new IllegalStateException("no HTTP is spoken with a client of SOCKS");
  }

  /// What is held passes when this leaves.
  @Override
  public void deliver() {
    client.pipeline().remove(Stages.PATH);
    Handover.readOn(client);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ByteBuf rest = held;
    held = Unpooled.EMPTY_BUFFER;
    if (rest.isReadable() && isFollowedByATaker()) {
      ctx.fireChannelRead(rest);
      ctx.fireChannelReadComplete();
    } else {
      rest.release();
    }
    end.leave();
  }

  private boolean isFollowedByATaker() {
    return client.pipeline().get(Stages.PEEK) != null
        || client.pipeline().get(Stages.LED_HERE) != null;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    end.current().readComplete();
    ctx.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    boolean over =
        event instanceof HeadTimer.Expired
            || event instanceof ChannelInputShutdownEvent
            || event instanceof SslCloseCompletionEvent;
    if (end.isIdle() && over) {
      refuse(Reason.MALFORMED, SocksReply.GENERAL_FAILURE.octets());
    } else if (end.isIdle() && event instanceof Drain) {
      client.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timer.stop();
    end.current().clientGone();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    path.caught(cause);
    end.current().clientGone();
    ctx.close();
  }
}
