package dev.sallyport.proxy;

import dev.sallyport.mitm.TlsAlert;
import dev.sallyport.mitm.authority.MintRefusedException;
import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.proxy.intercept.Alpn;
import dev.sallyport.proxy.intercept.HandshakeEnd;
import dev.sallyport.proxy.intercept.TlsHandshake;
import dev.sallyport.proxy.reply.Farewell;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.proxy.tunnel.HelloPeek;
import dev.sallyport.proxy.tunnel.Opening;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/// Leads a client from its CONNECT into TLS under a leaf of the gate's own: the `200`, the first
/// bytes looked at, the leaf, the handshake. No origin is touched. On the client's event loop.
final class TlsDoor implements HelloPeek.Listener {
  private final GateParts parts;
  private final Channel client;
  private final Handover handover;
  private final Identified identified;
  private final Purpose purpose;
  private final Listener listener;

  /// Told what comes of it, on the client's event loop.
  interface Listener {
    /// The ClientHello was read. What stands against it, if anything; the client gets an alert
    /// then.
    Optional<Reason> objection(Opening.Tls seen);

    /// The client gets an alert, since something stands against what it sent, or there is no leaf.
    void turnedAway(Reason reason);

    /// It left, or said nothing for the time it has; its channel is the listener's to close.
    void silent(HelloPeek.Silence how);

    /// The handshake is over; after a failure the channel is the listener's to close.
    void shaken(HandshakeEnd end);
  }

  TlsDoor(
      GateParts parts,
      Downstream downstream,
      Identified identified,
      Purpose purpose,
      Listener listener) {
    this.parts = parts;
    this.client = downstream.channel();
    this.handover = downstream.handover();
    this.identified = identified;
    this.purpose = purpose;
    this.listener = listener;
  }

  /// Answers the CONNECT.
  void open() {
    handover.establish(
        new HelloPeek(
            parts.helloReader(),
            identified.requested().destination().host(),
            parts.limits().times().clientHello(),
            this));
    handover.deliver();
  }

  @Override
  public void opened(Opening seen) {
    Optional<Reason> objection =
        seen instanceof Opening.Tls tls
            ? listener.objection(tls).or(() -> Alpn.objection(tls.facts().protocols()))
            : Optional.of(Reason.NOT_TLS);
    if (objection.isPresent()) {
      turnAway(objection.get());
    } else if (client.isActive()) {
      mint();
    }
  }

  @Override
  public void silent(HelloPeek.Silence how) {
    listener.silent(how);
  }

  private void mint() {
    ChannelHandlerContext at = client.pipeline().context(Stages.PEEK);
    if (at == null || !(at.handler() instanceof HelloPeek peek)) {
      return;
    }
    peek.hold(at);
    Future<SslContext> leaf =
        parts
            .interception()
            .leaf(
                identified.requested().destination().host().text(),
                purpose,
                Alpn.SPOKEN,
                identified.client().toString(),
                client.eventLoop());
    leaf.addListener(
        minted -> {
          if (!client.isActive()) {
            return;
          }
          if (leaf.isSuccess()) {
            shakeHands(leaf.getNow(), peek, at);
          } else {
            turnAway(reason(leaf.cause()));
          }
        });
  }

  private static Reason reason(Throwable cause) {
    if (!(cause instanceof MintRefusedException refused)) {
      return Reason.INTERNAL_ERROR;
    }
    return switch (refused.why()) {
      case BUDGET, BUSY, CLOSED -> Reason.LIMIT_EXCEEDED;
      case ENDED -> Reason.AUTHORITY_ENDED;
      // Who decided that it is intercepted had made sure that there is an issuer for it.
      case NOT_PERMITTED -> Reason.INTERNAL_ERROR;
    };
  }

  private void shakeHands(SslContext leaf, HelloPeek peek, ChannelHandlerContext at) {
    TlsHandshake.begin(
        client,
        Stages.TLS,
        leaf.newHandler(client.alloc()),
        parts.limits().times().handshake(),
        listener::shaken);
    peek.pass(at);
    client.config().setAutoRead(true);
  }

  /// An alert that no reset may overtake.
  private void turnAway(Reason reason) {
    listener.turnedAway(reason);
    Farewell.say(client, TlsAlert.ACCESS_DENIED.asRecord(client.alloc()));
  }
}
