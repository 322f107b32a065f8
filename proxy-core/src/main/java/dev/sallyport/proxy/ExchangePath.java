package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.dial.DialOutcome;
import dev.sallyport.proxy.dial.Route;
import dev.sallyport.proxy.exchange.Exchange;
import dev.sallyport.proxy.exchange.OriginLink;
import dev.sallyport.proxy.exchange.UpstreamRequest;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.reply.Farewell;
import dev.sallyport.proxy.reply.RefusalResponse;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A permitted plain-http request: event and dial side by side, then the exchange. On the client's
/// event loop; only what a new policy needs is read on other threads.
final class ExchangePath
    implements ConnectionPath.RequestPath, OpenConnections.Judged, Exchange.Listener {
  private final GateParts parts;
  private final Refuser refuser;
  private final Channel client;
  private final HttpRequest head;
  private final Permitted permitted;
  private final Runnable connected;
  private final Exchanges all;
  private final RequestSight seen;
  private final long began = System.nanoTime();
  private final Subject subject;
  private final boolean http10;
  private Exchange exchange;
  private volatile @Nullable Origin origin;

  ExchangePath(
      GateParts parts,
      Refuser refuser,
      Channel client,
      HttpRequest head,
      Permitted permitted,
      String originForm,
      OctetBudget.Share share,
      Runnable connected,
      Exchanges all) {
    this.parts = parts;
    this.refuser = refuser;
    this.client = client;
    this.head = head;
    this.permitted = permitted;
    this.connected = connected;
    this.all = all;
    this.seen = SeenRequest.of(head, originForm);
    this.subject = Subject.of(permitted.identified());
    this.http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    UpstreamRequest up =
        UpstreamRequest.of(head, permitted.permit().destination(), originForm, parts.via());
    this.exchange =
        new Exchange(
            client,
            up,
            new Exchange.ClientSide(http10, !http10 && HttpUtil.isKeepAlive(head)),
            parts.limits().times().idle(),
            share,
            this);
  }

  /// A connection to an origin and how it was reached.
  record Origin(OriginLink link, DialOutcome.Connected dialled) {}

  void open() {
    client.config().setAutoRead(false);
    parts.open().add(this);
    Future<Void> written =
        parts
            .journal()
            .decided(subject, permitted.decision(), OptionalInt.empty(), client.eventLoop());
    Optional<Origin> reused = all.reuse(permitted);
    if (isOutdated()) {
      reused.ifPresent(kept -> kept.link().close());
      exchange.abort(Reason.POLICY_CHANGED, Side.GATE);
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
    return parts.dialer().dial(permitted.permit(), client.eventLoop());
  }

  private void whenDialled(Future<Void> written, DialOutcome outcome) {
    switch (outcome) {
      case DialOutcome.Connected connected when !written.isSuccess() || exchange.isOver() -> {
        connected.channel().close();
        exchange.abort(Reason.AUDIT_UNAVAILABLE, Side.GATE);
      }
      case DialOutcome.Connected connected -> {
        parts.metrics().dialled(took());
        Optional<Optional<String>> parent =
            connected.route() instanceof Route.Parent(Optional<String> authorization)
                ? Optional.of(authorization)
                : Optional.empty();
        connect(
            new Origin(
                new OriginLink(connected.channel(), parent, parts.limits().requestHead()),
                connected));
      }
      case DialOutcome.Failed(Reason reason) -> {
        parts.metrics().dialFailed(reason);
        exchange.abort(
            written.isSuccess() ? reason : Reason.AUDIT_UNAVAILABLE,
            reason == Reason.ADDRESS_NOT_ALLOWED ? Side.GATE : Side.ORIGIN);
      }
    }
  }

  private void connect(Origin to) {
    connected.run();
    if (exchange.isOver()) {
      to.link().close();
      return;
    }
    origin = to;
    if (isOutdated()) {
      to.link().close();
      exchange.abort(Reason.POLICY_CHANGED, Side.GATE);
    } else {
      exchange.connect(to.link());
    }
  }

  @Override
  public void ended(Exchange.End end) {
    Origin to = origin;
    if (end.reason() == Reason.ORIGIN_UNREACHABLE && to != null && exchange.isRepeatable()) {
      // The origin closed a kept connection just as the request went out. Nothing was answered:
      // once more, afresh.
      again();
      return;
    }
    parts.open().remove(this);
    connected.run();
    OptionalInt status = end.status();
    boolean unanswered =
        status.isEmpty() && end.side() != Side.CLIENT && end.reason() != Reason.POLICY_CHANGED;
    if (unanswered) {
      status = OptionalInt.of(RefusalResponse.status(end.reason()));
    }
    close(end, status);
    if (end.keepsOrigin() && to != null) {
      all.keep(permitted, to);
    }
    if (unanswered) {
      answer(end.reason());
    } else if (end.keepsClient()) {
      client.flush();
      all.done();
    } else if (end.reason() == Reason.LIMIT_EXCEEDED || (end.reason() != Reason.DONE && http10)) {
      // There is no room to wait until what was written has gone out; or for this client the end of
      // the connection is the end of the answer. A reset is neither.
      client.config().setOption(ChannelOption.SO_LINGER, 0);
      client.close();
    } else {
      Farewell.say(client, Unpooled.EMPTY_BUFFER);
    }
  }

  /// A body that could not be read, or a dial that failed, is told; a changed verdict is a second
  /// decision.
  private void answer(Reason reason) {
    Decision withdrawn = permitted.decision().withdrawn(reason);
    boolean verdict =
        reason == Reason.ADDRESS_NOT_ALLOWED
            || reason == Reason.LOOP
            || reason == Reason.AUDIT_UNAVAILABLE;
    if (verdict) {
      refuser.refuse(client, head, subject, withdrawn, "");
    } else {
      refuser.answer(client, head, subject, withdrawn, "");
    }
  }

  private void again() {
    origin = null;
    exchange = exchange.again();
    dialWhen(client.eventLoop().newSucceededFuture(null));
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
            subject,
            permitted.decision(),
            since,
            new Journal.End(end.reason(), end.side(), end.sent(), end.received(), status),
            client.eventLoop());
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  @Override
  public boolean isAllowedBy(Policy policy) {
    return policy
        .decide(
            permitted.identified().client(),
            permitted.permit().destination(),
            Optional.of(seen),
            parts.journal().now())
        .permit()
        .map(
            permit -> {
              Origin to = origin;
              return to == null
                  || !(to.dialled().route() instanceof Route.Direct)
                  || parts.decider().permits(permit, to.dialled().peer().getAddress());
            })
        .orElse(false);
  }

  /// Whether a policy came into force that refuses what is known by now. Asked whenever something
  /// more is known, since a reload judges by what it finds at its own moment.
  private boolean isOutdated() {
    Policy now = parts.decider().policy();
    return !now.stamp().equals(permitted.decision().policy()) && !isAllowedBy(now);
  }

  @Override
  public void end(Reason reason) {
    client.eventLoop().execute(() -> exchange.abort(reason, Side.GATE));
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
