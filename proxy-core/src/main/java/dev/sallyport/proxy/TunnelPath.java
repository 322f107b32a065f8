package dev.sallyport.proxy;

import dev.sallyport.mitm.TlsAlert;
import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.dial.DialOutcome;
import dev.sallyport.proxy.dial.Route;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.reply.Farewell;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.proxy.tunnel.Coherence;
import dev.sallyport.proxy.tunnel.HelloPeek;
import dev.sallyport.proxy.tunnel.Opening;
import dev.sallyport.proxy.tunnel.Relay;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A permitted CONNECT: event and dial side by side, `200`, the first bytes looked at, then a relay
/// until one side ends. On the client's event loop; only what a new policy needs is read on other
/// threads.
final class TunnelPath
    implements Unheeding, OpenConnections.Judged, HelloPeek.Listener, Relay.Listener {
  private final GateParts parts;
  private final Refuser refuser;
  private final Downstream downstream;
  private final Channel client;
  private final HttpRequest head;
  private final Permitted permitted;
  private final Uploads.Upload upload;
  private final ConnectRecord record;
  private final LastLook look;
  private volatile Subject subject;
  private volatile Optional<Opening> opening = Optional.empty();
  private volatile DialOutcome.@Nullable Connected dialled;
  private @Nullable Relay relay;
  private boolean over;

  TunnelPath(
      GateParts parts, Refuser refuser, Downstream downstream, Ask ask, Permitted permitted) {
    this.parts = parts;
    this.refuser = refuser;
    this.downstream = downstream;
    this.client = downstream.channel();
    this.head = ask.head();
    this.permitted = permitted;
    this.upload =
        downstream
            .uploads()
            .of(permitted.decision().trafficClass(), permitted.permit().duties().uploadLimit());
    this.record = new ConnectRecord(parts.journal(), client.eventLoop(), permitted.decision());
    this.look = new LastLook(parts, this);
    this.subject = ask.subject();
  }

  void open() {
    client.config().setAutoRead(false);
    parts.open().add(this);
    Future<Void> written = record.decided(subject);
    Optional<Reason> change = look.change();
    if (change.isPresent()) {
      endNow(change.get());
    } else if (permitted.permit().namesOneHost()) {
      // The policy itself names the host, so resolving it tells nobody anything new, and both can
      // go on together.
      Future<DialOutcome> dialling = dial();
      written.addListener(done -> dialling.addListener(dial -> join(written, dialling)));
    } else {
      written.addListener(done -> dialWhen(written));
    }
  }

  private void dialWhen(Future<Void> written) {
    if (over) {
      return;
    }
    if (written.isSuccess()) {
      Future<DialOutcome> dialling = dial();
      dialling.addListener(dial -> join(written, dialling));
    } else {
      refuse(Reason.AUDIT_UNAVAILABLE);
    }
  }

  private Future<DialOutcome> dial() {
    return parts
        .dialer()
        .dial(permitted.permit(), permitted.decision().trafficClass(), client.eventLoop());
  }

  private void join(Future<Void> written, Future<DialOutcome> dialling) {
    DialOutcome outcome = dialling.getNow();
    switch (outcome) {
      case DialOutcome.Connected connected when over -> connected.channel().close();
      case DialOutcome.Connected connected when !connected.channel().isActive() ->
          failed(Reason.ORIGIN_UNREACHABLE, "");
      case DialOutcome.Connected connected when !written.isSuccess() -> {
        connected.channel().close();
        refuse(Reason.AUDIT_UNAVAILABLE);
      }
      case DialOutcome.Connected connected -> {
        parts.metrics().dialled(record.took());
        connected(connected);
      }
      case DialOutcome.Failed failure when !written.isSuccess() -> refuse(Reason.AUDIT_UNAVAILABLE);
      case DialOutcome.Failed(Reason reason, String detail) -> failed(reason, detail);
    }
  }

  /// The verdict changes, or nothing could be written: a second decision, and the answer.
  private void refuse(Reason reason) {
    if (over) {
      return;
    }
    close(Journal.End.of(reason, Side.GATE));
    refuser.refuse(head, subject, permitted.decision().withdrawn(reason), "");
  }

  private void failed(Reason reason, String detail) {
    parts.metrics().dialFailed(reason);
    if (over) {
      return;
    }
    if (reason == Reason.ADDRESS_NOT_ALLOWED || reason == Reason.LOOP) {
      refuse(reason);
      return;
    }
    close(Journal.End.of(reason, Side.ORIGIN));
    refuser.answer(head, subject, permitted.decision().withdrawn(reason), detail);
  }

  private void connected(DialOutcome.Connected connected) {
    dialled = connected;
    Optional<Reason> change = look.change();
    if (change.isPresent()) {
      connected.channel().close();
      endNow(change.get());
      return;
    }
    Relay joined =
        new Relay(
            client,
            connected.channel(),
            parts.limits().times().idle(),
            downstream.share(),
            upload,
            this);
    relay = joined;
    parts.metrics().tunnelOpened();
    Duration patience = anything() ? Duration.ZERO : parts.limits().times().clientHello();
    HelloPeek peek =
        new HelloPeek(parts.helloReader(), permitted.permit().destination().host(), patience, this);
    joined.install(Stages.RELAY);
    downstream.handover().establish(peek);
    if (anything()) {
      downstream.isSetUp();
      joined.startOrigin();
    }
    downstream.handover().deliver();
  }

  @Override
  public void opened(Opening seen) {
    opening = Optional.of(seen);
    if (seen instanceof Opening.Tls tls) {
      subject = subject.with(tls.facts());
    }
    Optional<Reason> objection =
        Coherence.objection(parts.decider().policy(), permitted.permit(), seen);
    Relay joined = relay;
    if (joined == null) {
      return;
    }
    if (objection.isPresent()) {
      incoherent(joined, objection.get());
      return;
    }
    look.change().ifPresentOrElse(reason -> joined.end(reason, Side.GATE), () -> pass(joined));
  }

  /// A second decision says why, and the client gets an alert that no reset may overtake.
  private void incoherent(Relay joined, Reason reason) {
    record.takenBack(subject, reason);
    joined.refuse(reason);
    Farewell.say(client, TlsAlert.ACCESS_DENIED.asRecord(client.alloc()));
  }

  private void pass(Relay joined) {
    downstream.isSetUp();
    var peek = client.pipeline().context(Stages.PEEK);
    if (peek != null && peek.handler() instanceof HelloPeek handler) {
      handler.pass(peek);
      joined.startOrigin();
    }
  }

  @Override
  public void silent(HelloPeek.Silence how) {
    Relay joined = relay;
    if (joined != null) {
      switch (how) {
        case GONE -> gone(joined);
        case TIMED_OUT -> joined.end(Reason.IDLE, Side.GATE);
      }
    }
  }

  /// Where anything may pass, a client may only listen: the end of its half passes too.
  private void gone(Relay joined) {
    if (anything() && client.isActive()) {
      pass(joined);
    } else {
      joined.end(Reason.CLIENT_GONE, Side.CLIENT);
    }
  }

  private boolean anything() {
    return permitted.permit().tunnel().opening() == TunnelRule.Opening.ANYTHING;
  }

  @Override
  public void ended(Reason end, Side side, long sent, long received) {
    parts.metrics().tunnelClosed();
    if (end == Reason.UPLOAD_LIMIT) {
      record.takenBack(subject, end);
    }
    close(new Journal.End(end, side, sent, received, OptionalInt.empty()));
  }

  private void close(Journal.End end) {
    over = true;
    downstream.isSetUp();
    parts.open().remove(this);
    record.closed(subject, Optional.ofNullable(dialled), end);
  }

  @Override
  public Optional<Reason> objection(OpenConnections.Grounds grounds) {
    return Standing.objection(
        grounds, permitted, Optional.empty(), parts.journal().now(), this::objection);
  }

  /// Of what became known after the decision, and of requests that a tunnel would hide.
  private Optional<Reason> objection(Policy policy, Permit permit) {
    DialOutcome.Connected to = dialled;
    boolean address =
        to == null
            || !(to.route() instanceof Route.Direct)
            || parts.decider().permits(permit, to.peer().getAddress());
    boolean hides =
        permit.treatment() == Treatment.INTERCEPT
            && permitted.permit().treatment() == Treatment.TUNNEL;
    return address && !hides
        ? opening.flatMap(seen -> Coherence.objection(policy, permit, seen))
        : Optional.of(Reason.POLICY_CHANGED);
  }

  @Override
  public void end(Reason reason) {
    client.eventLoop().execute(() -> endNow(reason));
  }

  private void endNow(Reason reason) {
    if (relay != null) {
      relay.end(reason, Side.GATE);
    } else if (reason.answer().status() != 0) {
      refuse(reason);
    } else if (!over) {
      close(Journal.End.of(reason, Side.GATE));
      client.close();
    }
  }

  @Override
  public boolean outlivesHttp() {
    return true;
  }

  @Override
  public void malformed(String why) {
    clientGone();
  }

  @Override
  public void clientGone() {
    if (!over && relay == null) {
      close(Journal.End.of(Reason.CLIENT_GONE, Side.CLIENT));
    }
  }
}
