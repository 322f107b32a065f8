package dev.sallyport.proxy;

import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.intercept.ClientFailure;
import dev.sallyport.proxy.intercept.Distrust;
import dev.sallyport.proxy.intercept.HandshakeEnd;
import dev.sallyport.proxy.reply.RefusalResponse;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.proxy.tunnel.HelloPeek;
import dev.sallyport.proxy.tunnel.Opening;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.OptionalInt;

/// A refused CONNECT that is told why within TLS, because clients show the body of a refused
/// CONNECT to nobody: event, `200`, a leaf of the refusing issuer, one request's head, 403, close.
/// Nothing is resolved and nothing dialled. On the client's event loop.
final class InBandPath implements Unheeding, TlsDoor.Listener {
  private final GateParts parts;
  private final Downstream downstream;
  private final Channel client;
  private final Ask ask;
  private final Decision decision;
  private final ConnectRecord record;
  private Subject subject;
  private long fingerprint;
  private boolean heard;

  /// @param decision a refusal
  InBandPath(GateParts parts, Downstream downstream, Ask ask, Decision decision) {
    this.parts = parts;
    this.downstream = downstream;
    this.client = downstream.channel();
    this.ask = ask;
    this.decision = decision;
    this.record = new ConnectRecord(parts.journal(), client.eventLoop(), decision);
    this.subject = ask.subject();
  }

  /// If the event cannot be written the refusal stands.
  void open() {
    client.config().setAutoRead(false);
    parts
        .journal()
        .decided(
            subject,
            decision,
            OptionalInt.of(RefusalResponse.status(decision.reason())),
            client.eventLoop())
        .addListener(written -> establish());
  }

  private void establish() {
    if (client.isActive()) {
      new TlsDoor(parts, downstream, ask.identified(), Purpose.REFUSE, this).open();
    }
  }

  /// A name that is not the CONNECT host, or none, would be told about another host than it asks
  /// for.
  @Override
  public Optional<Reason> objection(Opening.Tls seen) {
    subject = subject.with(seen.facts());
    fingerprint = seen.fingerprint();
    return switch (seen.name()) {
      case SAME -> Optional.empty();
      case DIFFERENT, INVALID -> Optional.of(Reason.SNI_MISMATCH);
      case ABSENT ->
          ask.identified().requested().destination().host() instanceof Host.Literal
              ? Optional.empty()
              : Optional.of(Reason.SNI_MISSING);
    };
  }

  /// It was refused before; that it cannot be told why changes nothing.
  @Override
  public void turnedAway(Reason reason) {
    downstream.isSetUp();
  }

  @Override
  public void silent(HelloPeek.Silence how) {
    downstream.isSetUp();
    client.close();
  }

  @Override
  public void shaken(HandshakeEnd end) {
    downstream.isSetUp();
    switch (end) {
      case HandshakeEnd.Secured(String protocol) -> {
        // A client may end the handshake and close without a word: that is distrust as well.
        client.closeFuture().addListener(closed -> closedUnheard());
        HttpPipeline.install(
            protocol,
            client,
            parts,
            ask.identified().requested().accepted(),
            new Entry.Refused(subject, decision, this::heard));
      }
      case HandshakeEnd.Failed(Throwable cause) -> {
        client.close();
        if (ClientFailure.reason(cause) == Reason.CLIENT_DISTRUSTS) {
          distrusts();
        }
      }
    }
  }

  /// The client has sent a request, so it trusts the leaf.
  private void heard() {
    heard = true;
    parts.distrust().trusts(sender(), fingerprint);
  }

  private Distrust.Client sender() {
    return Distrust.Client.of(ask.identified().client(), ask.head());
  }

  private void closedUnheard() {
    if (!heard) {
      distrusts();
    }
  }

  private void distrusts() {
    parts.distrust().distrusts(sender(), fingerprint);
    record.closed(subject, Optional.empty(), Journal.End.of(Reason.CLIENT_DISTRUSTS, Side.CLIENT));
  }

  @Override
  public boolean outlivesHttp() {
    return true;
  }
}
