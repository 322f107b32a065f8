package dev.sallyport.proxy;

import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.intercept.ClientFailure;
import dev.sallyport.proxy.intercept.HandshakeEnd;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.proxy.tunnel.Coherence;
import dev.sallyport.proxy.tunnel.HelloPeek;
import dev.sallyport.proxy.tunnel.Opening;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Treatment;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/// A CONNECT whose requests are judged one by one: event, `200`, the first bytes looked at, TLS
/// with the client under a leaf for the host, then HTTP. No origin is touched here; a permitted
/// request does that. On the client's event loop; only what a new policy needs is read on other
/// threads.
final class InterceptPath implements Unheeding, OpenConnections.Judged, TlsDoor.Listener {
  private final GateParts parts;
  private final Refuser refuser;
  private final Downstream downstream;
  private final Channel client;
  private final Ask ask;
  private final Permitted permitted;
  private final ConnectRecord record;
  private volatile Subject subject;
  private volatile Optional<Opening> opening = Optional.empty();
  private Journal.End ending = Journal.End.of(Reason.CLIENT_GONE, Side.CLIENT);
  private boolean speaksHttp;

  InterceptPath(
      GateParts parts, Refuser refuser, Downstream downstream, Ask ask, Permitted permitted) {
    this.parts = parts;
    this.refuser = refuser;
    this.downstream = downstream;
    this.client = downstream.channel();
    this.ask = ask;
    this.permitted = permitted;
    this.record = new ConnectRecord(parts.journal(), client.eventLoop(), permitted.decision());
    this.subject = ask.subject();
  }

  void open() {
    client.config().setAutoRead(false);
    parts.open().add(this);
    client.closeFuture().addListener(closed -> close());
    Future<Void> written = record.decided(subject);
    written.addListener(done -> establish(written));
  }

  private void establish(Future<Void> written) {
    if (!client.isActive()) {
      return;
    }
    if (!written.isSuccess()) {
      ending = Journal.End.of(Reason.AUDIT_UNAVAILABLE, Side.GATE);
      refuser.refuse(
          ask.head(), subject, permitted.decision().withdrawn(Reason.AUDIT_UNAVAILABLE), "");
      return;
    }
    Optional<Reason> change = objection(parts.standing());
    if (change.isPresent()) {
      endNow(change.get());
      return;
    }
    new TlsDoor(parts, downstream, permitted.identified(), Purpose.INTERCEPT, this).open();
  }

  @Override
  public Optional<Reason> objection(Opening.Tls seen) {
    opening = Optional.of(seen);
    subject = subject.with(seen.facts());
    return Coherence.objection(parts.decider().policy(), permitted.permit(), seen)
        .or(() -> objection(parts.standing()));
  }

  /// A second decision says why.
  @Override
  public void turnedAway(Reason reason) {
    ending = Journal.End.of(reason, Side.GATE);
    downstream.isSetUp();
    record.takenBack(subject, reason);
  }

  @Override
  public void silent(HelloPeek.Silence how) {
    switch (how) {
      case GONE -> client.close();
      case TIMED_OUT -> endNow(Reason.IDLE);
    }
  }

  @Override
  public void shaken(HandshakeEnd end) {
    downstream.isSetUp();
    switch (end) {
      case HandshakeEnd.Secured(String protocol) -> {
        ending = Journal.End.of(Reason.DONE, Side.CLIENT);
        speaksHttp = true;
        HttpPipeline.install(
            protocol,
            client,
            parts,
            permitted.identified().requested().accepted(),
            new Entry.Intercepted(permitted, subject.hello().orElseThrow()));
      }
      case HandshakeEnd.Failed(Throwable cause) -> {
        Reason reason = ClientFailure.reason(cause);
        ending = Journal.End.of(reason, reason == Reason.IDLE ? Side.GATE : Side.CLIENT);
        client.close();
      }
    }
  }

  private void close() {
    downstream.isSetUp();
    parts.open().remove(this);
    record.closed(subject, Optional.empty(), ending);
  }

  @Override
  public Optional<Reason> objection(OpenConnections.Grounds grounds) {
    return Standing.objection(
        grounds, permitted, Optional.empty(), parts.journal().now(), this::objection);
  }

  private Optional<Reason> objection(Policy policy, Permit permit) {
    boolean same =
        permit.treatment() == Treatment.INTERCEPT
            && opening
                .map(seen -> Coherence.objection(policy, permit, seen).isEmpty())
                .orElse(true);
    return same ? Optional.empty() : Optional.of(Reason.POLICY_CHANGED);
  }

  @Override
  public void end(Reason reason) {
    client.eventLoop().execute(() -> endNow(reason));
  }

  /// Requests in flight are judged, and ended, by themselves.
  private void endNow(Reason reason) {
    ending = Journal.End.of(reason, Side.GATE);
    if (speaksHttp) {
      client.pipeline().fireUserEventTriggered(new Drain());
    } else {
      client.close();
    }
  }

  @Override
  public boolean outlivesHttp() {
    return true;
  }
}
