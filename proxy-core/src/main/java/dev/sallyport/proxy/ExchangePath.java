package dev.sallyport.proxy;

import dev.sallyport.mitm.origin.OriginFailure;
import dev.sallyport.mitm.origin.OriginTls;
import dev.sallyport.proxy.Origins.Origin;
import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.dial.DialOutcome;
import dev.sallyport.proxy.dial.Route;
import dev.sallyport.proxy.exchange.Exchange;
import dev.sallyport.proxy.exchange.Http1Link;
import dev.sallyport.proxy.exchange.Http2Origin;
import dev.sallyport.proxy.exchange.OriginLink;
import dev.sallyport.proxy.exchange.UpstreamRequest;
import dev.sallyport.proxy.intercept.Alpn;
import dev.sallyport.proxy.intercept.HandshakeEnd;
import dev.sallyport.proxy.intercept.OriginReason;
import dev.sallyport.proxy.intercept.OriginTlsEnd;
import dev.sallyport.proxy.intercept.TlsHandshake;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.reply.RefusalResponse;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.proxy.tunnel.Relay;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A permitted request of plain http or within TLS: event and dial side by side, then the exchange;
/// and where its origin agrees to a WebSocket, octets both ways until one side ends. On the
/// client's event loop; only what a new policy needs is read on other threads.
final class ExchangePath implements RequestPath, OpenConnections.Judged, Exchange.Listener {
  private final GateParts parts;
  private final Refuser refuser;
  private final Downstream client;
  private final EventLoop loop;
  private final Ask ask;
  private final Permitted permitted;
  private final Origins origins;
  private final long began = System.nanoTime();
  private Exchange exchange;
  private final Uploads.Upload upload;
  private final LastLook look;
  private String detail = "";
  private boolean shookAgain;
  private volatile @Nullable Origin origin;
  private @Nullable Relay relay;

  ExchangePath(GateParts parts, Refuser refuser, Downstream client, Ask ask, Permitted permitted) {
    this.parts = parts;
    this.refuser = refuser;
    this.client = client;
    this.loop = client.channel().eventLoop();
    this.ask = ask;
    this.permitted = permitted;
    this.origins = parts.origins().of(loop);
    this.look = new LastLook(parts, this);
    HttpRequest head = ask.head();
    boolean http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    this.upload =
        client
            .uploads()
            .of(permitted.decision().trafficClass(), permitted.permit().duties().uploadLimit());
    UpstreamRequest up =
        UpstreamRequest.of(head, permitted.permit().destination(), ask.originForm(), parts.via());
    // What comes behind a request for a WebSocket is not to be read as a request.
    boolean keepAlive = !http10 && HttpUtil.isKeepAlive(head) && up.webSocket().isEmpty();
    this.exchange =
        new Exchange(
            client.channel(),
            up,
            new Exchange.ClientSide(http10, keepAlive),
            parts.limits().times().idle(),
            client.share(),
            upload,
            this);
  }

  void open() {
    client.channel().config().setAutoRead(false);
    parts.open().add(this);
    Future<Void> written =
        parts.journal().decided(ask.subject(), permitted.decision(), OptionalInt.empty(), loop);
    Optional<Origin> reused = asksForWebSocket() ? Optional.empty() : origins.reuse(permitted);
    Optional<Reason> objection = look.change().or(this::tooMuch);
    if (objection.isPresent()) {
      reused.ifPresent(kept -> kept.link().close());
      written.addListener(done -> exchange.abort(objection.get(), Side.GATE));
    } else if (reused.isPresent()) {
      written.addListener(done -> reuse(written, reused.get()));
    } else if (permitted.permit().namesOneHost()) {
      Future<DialOutcome> dialling = dial();
      written.addListener(
          done -> dialling.addListener(dial -> whenDialled(written, dialling.getNow())));
    } else {
      written.addListener(done -> dialWhen(written));
    }
  }

  private boolean asksForWebSocket() {
    return exchange.request().webSocket().isPresent();
  }

  /// A request that is too long already, or says that it will be, is refused on its head.
  private Optional<Reason> tooMuch() {
    UpstreamRequest up = exchange.request();
    boolean fits = upload.hasRoomFor(up.octets() + HttpUtil.getContentLength(up.head(), 0L));
    return fits && upload.take(up.octets()) ? Optional.empty() : Optional.of(Reason.UPLOAD_LIMIT);
  }

  /// The kept connection may have been closed while the event was written.
  private void reuse(Future<Void> written, Origin kept) {
    if (written.isSuccess() && kept.link().isOpen()) {
      connect(kept);
    } else {
      kept.link().close();
      dialWhen(written);
    }
  }

  private void dialWhen(Future<Void> written) {
    if (exchange.isOver()) {
      return;
    }
    if (written.isSuccess()) {
      Future<DialOutcome> dialling = dial();
      dialling.addListener(dial -> whenDialled(written, dialling.getNow()));
    } else {
      exchange.abort(Reason.AUDIT_UNAVAILABLE, Side.GATE);
    }
  }

  private Future<DialOutcome> dial() {
    return parts.dialer().dial(permitted.permit(), permitted.decision().trafficClass(), loop);
  }

  private void whenDialled(Future<Void> written, DialOutcome outcome) {
    switch (outcome) {
      case DialOutcome.Connected connected when !written.isSuccess() || exchange.isOver() -> {
        connected.channel().close();
        exchange.abort(Reason.AUDIT_UNAVAILABLE, Side.GATE);
      }
      case DialOutcome.Connected connected -> {
        parts.metrics().dialled(took());
        switch (permitted.permit().destination().scheme()) {
          case HTTP -> link(connected, Optional.empty());
          case HTTPS -> shakeHands(connected);
        }
      }
      case DialOutcome.Failed(Reason reason, String more) -> {
        detail = more;
        parts.metrics().dialFailed(reason);
        exchange.abort(
            written.isSuccess() ? reason : Reason.AUDIT_UNAVAILABLE,
            reason == Reason.ADDRESS_NOT_ALLOWED ? Side.GATE : Side.ORIGIN);
      }
    }
  }

  private void shakeHands(DialOutcome.Connected connected) {
    SslHandler tls =
        parts
            .interception()
            .toOrigin(
                permitted.permit().destination(),
                asksForWebSocket() ? Alpn.FOR_WEB_SOCKETS : Alpn.OFFERED,
                Origins.keyOf(permitted),
                connected.channel().alloc());
    TlsHandshake.begin(
        connected.channel(),
        Stages.TLS,
        tls,
        parts.limits().times().handshake(),
        end -> shaken(connected, end));
    connected.channel().config().setAutoRead(true);
  }

  private void shaken(DialOutcome.Connected connected, HandshakeEnd end) {
    switch (end) {
      case HandshakeEnd.Secured(String protocol) -> {
        Optional<OriginTlsEnd> tls = Optional.of(OriginTlsEnd.watch(connected.channel()));
        if (protocol.equals(Alpn.HTTP_2)) {
          streams(connected, tls);
        } else {
          link(connected, tls);
        }
      }
      case HandshakeEnd.Failed(Throwable cause)
          when OriginTls.isWorthAnotherTry(cause) && !shookAgain && !exchange.isOver() -> {
        connected.channel().close();
        shookAgain = true;
        dialWhen(loop.newSucceededFuture(null));
      }
      case HandshakeEnd.Failed(Throwable cause) -> {
        connected.channel().close();
        Reason reason = tlsFailed(cause);
        parts.metrics().dialFailed(reason);
        exchange.abort(reason, Side.ORIGIN);
      }
    }
  }

  /// What is wrong with TLS, said to the client in words.
  private Reason tlsFailed(Throwable cause) {
    OriginFailure failure = OriginFailure.of(cause, permitted.permit().destination().host().text());
    detail = failure.sentence();
    return OriginReason.of(failure.problem());
  }

  private void streams(DialOutcome.Connected connected, Optional<OriginTlsEnd> tls) {
    Http2Origin fresh =
        Http2Origin.open(
            connected.channel(),
            parts.limits().requestHead(),
            parts.limits().times().idle(),
            client.share());
    origins
        .share(permitted, new Origins.Shared(fresh, connected, tls))
        .ifPresentOrElse(
            this::connect, () -> exchange.abort(Reason.ORIGIN_UNREACHABLE, Side.ORIGIN));
  }

  private void link(DialOutcome.Connected connected, Optional<OriginTlsEnd> tls) {
    Optional<Optional<String>> parent =
        connected.route() instanceof Route.Parent(Optional<String> authorization)
            ? Optional.of(authorization)
            : Optional.empty();
    OriginLink link = new Http1Link(connected.channel(), parent, parts.limits().requestHead());
    connect(new Origin(link, connected, tls));
  }

  private void connect(Origin to) {
    client.isSetUp();
    if (exchange.isOver()) {
      to.link().close();
      return;
    }
    origin = to;
    Optional<Reason> change = look.change();
    if (change.isPresent()) {
      to.link().close();
      exchange.abort(change.get(), Side.GATE);
    } else {
      exchange.connect(to.link());
    }
  }

  @Override
  public void ended(Exchange.End how) {
    Origin to = origin;
    Exchange.End end = how;
    if (end.reason() == Reason.ORIGIN_UNREACHABLE && to != null) {
      if (exchange.isRepeatable()) {
        // The origin closed a kept connection just as the request went out. Nothing was answered:
        // once more, afresh.
        again();
        return;
      }
      Optional<Throwable> fault = to.tls().flatMap(OriginTlsEnd::fault);
      if (fault.isPresent()) {
        end = end.because(tlsFailed(fault.get()));
      }
    }
    parts.open().remove(this);
    client.isSetUp();
    OptionalInt status = end.status();
    boolean unanswered =
        status.isEmpty() && end.side() != Side.CLIENT && end.reason() != Reason.POLICY_CHANGED;
    if (unanswered) {
      status = OptionalInt.of(RefusalResponse.status(end.reason()));
    }
    if (end.reason() == Reason.UPLOAD_LIMIT && !unanswered) {
      takenBack(end.reason());
    }
    close(end, status);
    if (end.keepsOrigin() && to != null) {
      origins.keep(permitted, to);
    }
    if (unanswered) {
      answer(end.reason());
    } else if (end.keepsClient()) {
      client.channel().flush();
      client.done();
    } else if (end.reason() == Reason.DONE) {
      client.end(Unpooled.EMPTY_BUFFER);
    } else {
      client.cut(end.reason());
    }
  }

  @Override
  public void protocolChanged(OriginLink to) {
    Relay joined =
        new Relay(
            client.channel(),
            to.channel(),
            parts.limits().times().idle(),
            client.share(),
            upload,
            (reason, side, sent, received) -> webSocketEnded(to, reason, side));
    relay = joined;
    Handover.join(client, to, joined);
  }

  private void webSocketEnded(OriginLink to, Reason reason, Side side) {
    parts.open().remove(this);
    if (reason == Reason.UPLOAD_LIMIT) {
      takenBack(reason);
    }
    OptionalInt status = OptionalInt.of(HttpResponseStatus.SWITCHING_PROTOCOLS.code());
    close(new Exchange.End(reason, side, status, to.sent(), to.received(), false, false), status);
  }

  private void takenBack(Reason reason) {
    Decision withdrawn = permitted.decision().withdrawn(reason);
    var _ = parts.journal().decided(ask.subject(), withdrawn, OptionalInt.empty(), loop);
  }

  /// A body that could not be read, or a dial that failed, is told; a changed verdict is a second
  /// decision.
  private void answer(Reason reason) {
    Decision withdrawn = permitted.decision().withdrawn(reason);
    if (VERDICTS.contains(reason)) {
      refuser.refuse(ask.head(), ask.subject(), withdrawn, detail);
    } else {
      refuser.answer(ask.head(), ask.subject(), withdrawn, detail);
    }
  }

  /// Ends that are a verdict of the gate.
  private static final Set<Reason> VERDICTS =
      Set.of(
          Reason.ADDRESS_NOT_ALLOWED,
          Reason.LOOP,
          Reason.AUDIT_UNAVAILABLE,
          Reason.KILLED,
          Reason.CREDENTIALS_WRONG,
          Reason.UPLOAD_LIMIT);

  private void again() {
    origin = null;
    exchange = exchange.again();
    dialWhen(loop.newSucceededFuture(null));
  }

  private void close(Exchange.End end, OptionalInt status) {
    Origin to = origin;
    Journal.Since since =
        new Journal.Since(
            took(),
            Optional.ofNullable(to).map(reached -> reached.dialled().route().code()),
            Optional.ofNullable(to).map(reached -> reached.dialled().peer()));
    parts
        .journal()
        .closed(
            ask.subject(),
            permitted.decision(),
            since,
            new Journal.End(end.reason(), end.side(), end.sent(), end.received(), status),
            loop);
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  @Override
  public Optional<Reason> objection(OpenConnections.Grounds grounds) {
    return Standing.objection(
        grounds,
        permitted,
        ask.sight(),
        parts.journal().now(),
        (policy, permit) -> objection(permit));
  }

  private Optional<Reason> objection(Permit permit) {
    Origin to = origin;
    boolean address =
        to == null
            || !(to.dialled().route() instanceof Route.Direct)
            || parts.decider().permits(permit, to.dialled().peer().getAddress());
    return address ? Optional.empty() : Optional.of(Reason.POLICY_CHANGED);
  }

  @Override
  public void end(Reason reason) {
    loop.execute(() -> endNow(reason));
  }

  private void endNow(Reason reason) {
    Relay joined = relay;
    if (joined == null) {
      exchange.abort(reason, Side.GATE);
    } else {
      joined.end(reason, Side.GATE);
    }
  }

  @Override
  public void content(HttpContent part) {
    exchange.content(part);
  }

  @Override
  public void readComplete() {
    exchange.clientReadComplete();
  }

  @Override
  public void clientWritable() {
    exchange.clientWritable();
  }

  @Override
  public void malformed(String why) {
    exchange.abort(Reason.MALFORMED, Side.GATE);
  }

  @Override
  public void clientGone() {
    exchange.abort(Reason.CLIENT_GONE, Side.CLIENT);
  }
}
