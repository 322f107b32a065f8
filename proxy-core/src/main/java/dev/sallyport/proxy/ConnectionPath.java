package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.accept.HeadTimer;
import dev.sallyport.proxy.audit.EventAllowance;
import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.identify.Identifier;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.metrics.ConnectionLimit;
import dev.sallyport.proxy.parse.Target;
import dev.sallyport.proxy.parse.TargetParser;
import dev.sallyport.proxy.reply.Farewell;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Requested;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.proxy.wire.Malformed;
import dev.sallyport.proxy.wire.RequestFraming;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The way of a connection. One for each client connection; everything runs on its event loop.
///
/// ```
/// accept -> parse -> identify -> decide -> tunnel    (CONNECT)
///                                       -> exchange  (absolute-form http)
/// ```
///
/// Each step gives the next one a value, or a refusal, which is told to the client and written down
/// once. A request that is to be intercepted, or refused in band, will leave this list at
/// `permitted` and `refuse`.
final class ConnectionPath extends ChannelInboundHandlerAdapter {
  private final GateParts parts;
  private final Accepted accepted;
  private final RequestFraming framing;
  private final HeadTimer timer;
  private final Refuser refuser;
  private final OctetBudget.Share share;
  private @Nullable RequestPath current;
  private @Nullable Exchanges exchanges;
  private Handshakes.@Nullable Begun handshake;
  private long held;
  private boolean draining;
  private boolean inputEnded;
  private boolean waitsForClient;

  ConnectionPath(GateParts parts, Accepted accepted, RequestFraming framing, HeadTimer timer) {
    this.parts = parts;
    this.accepted = accepted;
    this.framing = framing;
    this.timer = timer;
    this.refuser = new Refuser(parts, framing, this::requestDone);
    this.share = parts.budget().of(accepted.client().getAddress());
  }

  /// What a request has become behind the decision.
  interface RequestPath {
    /// A part of the request's body; takes over its reference.
    void content(HttpContent part);

    /// What was read together is handed over.
    void readComplete();

    /// The client's side is writable again.
    void clientWritable();

    /// What follows cannot be read.
    void malformed(String why);

    /// The client is gone.
    void clientGone();
  }

  /// A request that is being refused: whatever else comes of it changes nothing.
  private static final RequestPath REFUSED =
      new RequestPath() {
        @Override
        public void content(HttpContent part) {
          part.release();
        }

        @Override
        public void readComplete() {}

        @Override
        public void clientWritable() {}

        @Override
        public void malformed(String why) {}

        @Override
        public void clientGone() {}
      };

  private void request(Channel client, HttpRequest head) {
    String requestId = Ulid.at(System.currentTimeMillis());
    Instant now = parts.journal().now();
    switch (TargetParser.parse(head.method().name(), head.uri())) {
      case Target.Wrong(Reason reason, String why) ->
          refuse(client, head, Subject.of(accepted, requestId), refused(reason), why);
      case Target.Tunnel(Destination to) -> {
        RequestFacts facts = new RequestFacts(head.method().name(), "", -1, userAgent(head));
        identify(
            client, head, new Requested(accepted, requestId, now, Entrance.CONNECT, to, facts), "");
      }
      case Target.Request(Destination to, String originForm, String path, int queryLength) -> {
        RequestFacts facts =
            new RequestFacts(head.method().name(), path, queryLength, userAgent(head));
        identify(
            client,
            head,
            new Requested(accepted, requestId, now, Entrance.ABSOLUTE_FORM, to, facts),
            originForm);
      }
    }
  }

  private void identify(Channel client, HttpRequest head, Requested requested, String originForm) {
    var shown = head.headers().getAll(HttpHeaderNames.PROXY_AUTHORIZATION);
    switch (parts.identifier().identify(accepted, shown)) {
      case Identifier.Result.Refused(Reason reason) ->
          refuse(client, head, Subject.of(requested), refused(reason), "");
      case Identifier.Result.Known(var identity) ->
          decide(client, head, new Identified(requested, identity), originForm);
    }
  }

  private void decide(Channel client, HttpRequest head, Identified identified, String originForm) {
    Decision decision = decision(head, identified, originForm);
    if (decision.permit().isEmpty()) {
      refuse(client, head, Subject.of(identified), decision, "");
      return;
    }
    switch (parts.allowance().turn(identified.client())) {
      case EventAllowance.Turn.Now now -> permitted(client, head, identified, decision, originForm);
      case EventAllowance.Turn.Later(Duration delay) ->
          current = new WaitingPath(client, delay, afterWait(client, head, identified, originForm));
      case EventAllowance.Turn.Never never ->
          refuse(
              client, head, Subject.of(identified), decision.withdrawn(Reason.LIMIT_EXCEEDED), "");
    }
  }

  private Decision decision(HttpRequest head, Identified identified, String originForm) {
    Optional<RequestSight> seen =
        identified.requested().entrance() == Entrance.CONNECT
            ? Optional.empty()
            : Optional.of(SeenRequest.of(head, originForm));
    Decision decision = parts.decider().decide(identified, seen);
    return decision.permit().isEmpty()
        ? decision
        : objection(head, identified).map(decision::withdrawn).orElse(decision);
  }

  /// What happens when the wait is over. The policy may be another one by then.
  private WaitingPath.Listener afterWait(
      Channel client, HttpRequest head, Identified identified, String originForm) {
    return new WaitingPath.Listener() {
      @Override
      public void due(Queue<HttpContent> body) {
        current = null;
        Decision decision = decision(head, identified, originForm);
        if (decision.permit().isEmpty()) {
          refuse(client, head, Subject.of(identified), decision, "");
        } else {
          permitted(client, head, identified, decision, originForm);
        }
        body.forEach(ConnectionPath.this::content);
      }

      @Override
      public void gaveUp(Reason reason) {
        Decision decision = decision(head, identified, originForm).withdrawn(reason);
        refuse(client, head, Subject.of(identified), decision, "");
      }
    };
  }

  private void permitted(
      Channel client,
      HttpRequest head,
      Identified identified,
      Decision decision,
      String originForm) {
    Permitted permitted = new Permitted(identified, decision, decision.permit().orElseThrow());
    switch (permitted.identified().requested().entrance()) {
      case CONNECT -> {
        TunnelPath tunnel =
            new TunnelPath(parts, refuser, client, head, permitted, share, this::isSetUp);
        current = tunnel;
        tunnel.open();
      }
      case ABSOLUTE_FORM -> {
        ExchangePath exchange = exchanges(client).begin(head, permitted, originForm, this::isSetUp);
        current = exchange;
        exchange.open();
      }
    }
  }

  /// What else stands against a request that the policy allows.
  private Optional<Reason> objection(HttpRequest head, Identified identified) {
    if (!parts.journal().isAvailable()) {
      return Optional.of(Reason.AUDIT_UNAVAILABLE);
    }
    if (identified.requested().entrance() == Entrance.CONNECT) {
      return Optional.empty();
    }
    if (head.headers().getAllAsString(HttpHeaderNames.VIA).stream()
        .anyMatch(via -> via.contains(parts.via()))) {
      return Optional.of(Reason.LOOP);
    }
    // An offer of h2c may be ignored (RFC 9110 section 7.8), and is: the field does not travel on.
    boolean upgrade =
        head.headers().contains(HttpHeaderNames.UPGRADE)
            && !head.headers().containsValue(HttpHeaderNames.UPGRADE, "h2c", true);
    return upgrade ? Optional.of(Reason.UPGRADE_NOT_ALLOWED) : Optional.empty();
  }

  private void refuse(
      Channel client, HttpRequest head, Subject subject, Decision decision, String why) {
    current = REFUSED;
    isSetUp();
    refuser.refuse(client, head, subject, decision, why);
  }

  /// Refuses the connection, or a request whose head cannot be read, and closes.
  void refuse(Channel client, Reason reason, String why) {
    current = REFUSED;
    isSetUp();
    Subject subject = Subject.of(accepted, Ulid.at(System.currentTimeMillis()));
    refuser.refuseAndClose(client, subject, refused(reason), why);
  }

  /// Refuses the connection without a word.
  void drop(Channel client, Reason reason) {
    current = REFUSED;
    Subject subject = Subject.of(accepted, Ulid.at(System.currentTimeMillis()));
    var _ =
        parts.journal().decided(subject, refused(reason), OptionalInt.empty(), client.eventLoop());
    client.close();
  }

  private Decision refused(Reason reason) {
    return Decision.refused(reason, parts.decider().policy().stamp(), IdentityMethod.NONE);
  }

  private Exchanges exchanges(Channel client) {
    Exchanges made = exchanges;
    if (made == null) {
      made = new Exchanges(parts, refuser, client, share, this::requestDone);
      exchanges = made;
    }
    return made;
  }

  /// The request in flight was answered and the connection is in order.
  private void requestDone(Channel client) {
    current = null;
    timer.rest(client);
    // Answers that nobody reads must not pile up here.
    waitsForClient = !client.isWritable();
    if (!waitsForClient) {
      next(client);
    }
  }

  private void next(Channel client) {
    if (draining || (inputEnded && !framing.holdsOctets())) {
      leave(client);
      return;
    }
    if (framing.holdsOctets()) {
      timer.begin(client);
      begun(client);
    }
    // A request that waited, and was refused then, had turned it off.
    client.config().setAutoRead(true);
    framing.next();
  }

  /// A head has begun to come. Where too much is being set up already, it is refused unread.
  private void begun(Channel client) {
    if (current != null) {
      return;
    }
    switch (parts.handshakes().begin(accepted.client().getAddress())) {
      case Handshakes.Begun begun -> handshake = begun;
      case Handshakes.Full(ConnectionLimit limit) -> {
        parts.metrics().connectionRefused(limit);
        refuse(client, Reason.LIMIT_EXCEEDED, "");
      }
    }
  }

  /// The request is refused, or has what it needs.
  private void isSetUp() {
    if (handshake != null) {
      handshake.end();
      handshake = null;
    }
  }

  /// What is held of heads and pipelined requests counts to the client's share.
  private void count(Channel client) {
    int now = framing.heldOctets();
    if (share.change(held, now)) {
      held = now;
    } else if (current == null) {
      refuse(client, Reason.LIMIT_EXCEEDED, "");
    }
  }

  /// Closes in order: what was answered still goes out.
  private void leave(Channel client) {
    current = REFUSED;
    Farewell.say(client, Unpooled.EMPTY_BUFFER);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HttpRequest head when current != null -> {
        // It was shed before its head was complete.
        ReferenceCountUtil.release(message);
      }
      case HttpRequest head when head.decoderResult().isFailure() -> {
        ReferenceCountUtil.release(message);
        malformed(ctx.channel(), "the head cannot be read");
      }
      case HttpRequest head -> {
        timer.stop();
        request(ctx.channel(), head);
      }
      case HttpContent part -> content(part);
      case Malformed(String why) -> malformed(ctx.channel(), why);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void content(HttpContent part) {
    RequestPath path = current;
    if (path == null) {
      part.release();
    } else if (part.decoderResult().isFailure()) {
      part.release();
      path.malformed("the body cannot be read");
    } else {
      path.content(part);
    }
  }

  private void malformed(Channel client, String why) {
    timer.stop();
    RequestPath path = current;
    if (path != null) {
      path.malformed(why);
    } else {
      refuse(client, Reason.MALFORMED, why);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    count(ctx.channel());
    if (current != null) {
      current.readComplete();
    } else if (inputEnded && !waitsForClient) {
      nothingFollows(ctx.channel());
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      if (current != null) {
        current.clientWritable();
      } else if (waitsForClient) {
        waitsForClient = false;
        next(ctx.channel());
      }
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case HeadTimer.Begun begun -> begun(ctx.channel());
      case HeadTimer.Expired expired -> expired(ctx.channel());
      case Drain drain -> {
        draining = true;
        if (current == null && !framing.isWithinHead()) {
          leave(ctx.channel());
        }
      }
      case ChannelInputShutdownEvent shutdown -> {
        inputEnded = true;
        nothingFollows(ctx.channel());
        ctx.fireUserEventTriggered(event);
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  /// A client that has sent its last request may still wait for the answer (RFC 9112 section 9.6).
  private void nothingFollows(Channel client) {
    if (framing.isWithinHead()) {
      malformed(client, "the head is cut short");
    } else if (framing.isWithinBody()) {
      malformed(client, "the body is cut short");
    } else if (current == null && !framing.holdsOctets()) {
      leave(client);
    }
  }

  private void expired(Channel client) {
    if (framing.isWithinHead()) {
      malformed(client, "the head is not complete in time");
    } else if (current == null) {
      client.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timer.stop();
    if (current != null) {
      current.clientGone();
    }
    ctx.fireChannelInactive();
  }

  /// The connection ended, or has become a tunnel, or says farewell.
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    share.change(held, 0);
    held = 0;
    if (!(current instanceof TunnelPath)) {
      isSetUp();
    }
    if (exchanges != null) {
      exchanges.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    refuser.caught(ctx.channel(), Subject.of(accepted, Ulid.at(System.currentTimeMillis())), cause);
    if (current != null) {
      current.clientGone();
    }
    ctx.close();
  }

  private static Optional<String> userAgent(HttpRequest head) {
    return Optional.ofNullable(head.headers().get(HttpHeaderNames.USER_AGENT));
  }

  /// Sent to every client connection when the gate stops.
  record Drain() {}
}
