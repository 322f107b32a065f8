package dev.sallyport.proxy.dial;

import dev.sallyport.mitm.origin.OriginFailure;
import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.trust.ParentTls;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Connects through a parent proxy, whose own address is the operator's word. On the dial's event
/// loop.
final class ParentProxy {
  private static final String TLS = "parent-tls";
  private static final String END = "parent-end";

  private final Parents.Parent parent;
  private final Resolver resolver;
  private final Connector connector;
  private final OwnAddresses own;
  private final Duration patience;
  private final Optional<ParentTls> tls;

  /// @param patience how long the parent may take for a TLS handshake, and for its answer to
  ///   CONNECT
  /// @param tls there where the parent speaks it
  ParentProxy(
      Parents.Parent parent,
      Resolver resolver,
      Connector connector,
      OwnAddresses own,
      Duration patience,
      Optional<ParentTls> tls) {
    this.parent = parent;
    this.resolver = resolver;
    this.connector = connector;
    this.own = own;
    this.patience = patience;
    this.tls = tls;
  }

  /// What it is called.
  String host() {
    return parent.host().text();
  }

  /// Connects to the parent, for requests in absolute form.
  void forRequests(DialAttempt attempt) {
    Use use =
        (channel, peer) ->
            attempt.connected(channel, peer, new Route.Parent(parent.authorization()));
    reach(
        attempt,
        endpoint -> connector.connect(endpoint, attempt.loop()),
        isSecure()
            ? (channel, peer) -> secure(attempt, channel, end -> use.reached(channel, peer))
            : use);
  }

  /// Has the parent open a tunnel to the destination as it was asked for.
  void tunnelByName(DialAttempt attempt) {
    String authority = attempt.permit().destination().authority();
    tunnel(attempt, authority, answer -> attempt.failed(answer.failure(host())));
  }

  /// Resolves and vets here, and has the parent open a tunnel to a vetted address.
  void tunnelByAddress(DialAttempt attempt, AddressGuard guard) {
    Candidates vetted = new Candidates(address -> guard.vet(address, attempt.permit()));
    new ParentByAddress(attempt, this, vetted)
        .run(resolver.resolve(attempt.permit().destination().host(), attempt.loop()));
  }

  /// Has the parent open a tunnel.
  ///
  /// @param authority where to: `host:port`
  /// @param refused is told what it said, when that is no tunnel
  void tunnel(DialAttempt attempt, String authority, Consumer<ParentAnswer> refused) {
    if (isSecure()) {
      reach(
          attempt,
          endpoint -> connector.connect(endpoint, attempt.loop()),
          (channel, peer) ->
              secure(
                  attempt,
                  channel,
                  end ->
                      ask(
                          attempt,
                          new Asked(channel, peer, new ParentHead(), Optional.of(end)),
                          authority,
                          refused)));
    } else {
      reach(
          attempt,
          endpoint -> connector.connect(endpoint, attempt.loop(), new HeadReads()),
          (channel, peer) -> {
            HeadReads reads = channel.config().getRecvByteBufAllocator();
            ask(
                attempt,
                new Asked(channel, peer, reads.head(), Optional.empty()),
                authority,
                refused);
          });
    }
  }

  private boolean isSecure() {
    return parent.scheme() == Scheme.HTTPS;
  }

  /// A connection on which the parent is asked for a tunnel.
  private record Asked(
      Channel channel, InetSocketAddress peer, ParentHead head, Optional<ParentEnd> end) {}

  private void ask(
      DialAttempt attempt, Asked asked, String authority, Consumer<ParentAnswer> refused) {
    Future<?> late = attempt.after(patience, () -> attempt.failed(Reason.PARENT_TIMEOUT));
    Consumer<ParentAnswer> answered =
        answer -> {
          late.cancel(false);
          if (answer.isTunnel()) {
            attempt.connected(asked.channel(), asked.peer(), new Route.ParentTunnel());
          } else if (!attempt.isOver()) {
            asked.channel().close();
            refused.accept(answer);
          }
        };
    asked
        .channel()
        .pipeline()
        .addLast(
            new ParentConnect(
                authority, parent.authorization(), asked.head(), asked.end(), answered));
  }

  /// What to do with a connection within TLS.
  private interface Secured {
    void with(ParentEnd end);
  }

  /// Shakes hands. A parent whose certificate is not good gets no word of the request, and none of
  /// the gate's credentials.
  private void secure(DialAttempt attempt, Channel channel, Secured use) {
    if (tls.isEmpty()) {
      attempt.failed(Reason.PARENT_TLS);
      return;
    }
    SslHandler handler = tls.get().newHandler(host(), parent.port(), channel.alloc());
    handler.setHandshakeTimeoutMillis(patience.toMillis());
    ParentEnd end = new ParentEnd();
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (attempt.isOver()) {
                channel.close();
              } else if (done.isSuccess()) {
                channel.config().setAutoRead(false);
                use.with(end);
              } else {
                channel.close();
                attempt.failed(
                    new DialOutcome.Failed(
                        Reason.PARENT_TLS, OriginFailure.of(done.cause(), host()).sentence()));
              }
            });
    channel.pipeline().addLast(TLS, handler).addLast(END, end);
    channel.config().setAutoRead(true);
  }

  /// What to do with a connection to the parent.
  private interface Use {
    void reached(Channel channel, InetSocketAddress peer);
  }

  private void reach(DialAttempt attempt, Function<Endpoint, ChannelFuture> connect, Use use) {
    Candidates addresses =
        new Candidates(address -> OperatorAddress.of(address, parent.port(), own));
    ConnectionRace.Finish finish =
        new ConnectionRace.Finish() {
          @Override
          public void connected(Channel channel, InetSocketAddress peer) {
            use.reached(channel, peer);
          }

          @Override
          public void failed(Reason reason) {
            attempt.failed(ofParent(reason));
          }
        };
    new ConnectionRace(attempt, addresses, connect, finish)
        .run(resolver.resolve(parent.host(), attempt.loop()));
  }

  /// The origin was not tried, so its reasons do not fit.
  private static Reason ofParent(Reason reason) {
    boolean isOrigins = reason == Reason.ORIGIN_UNREACHABLE || reason == Reason.ORIGIN_UNRESOLVED;
    return isOrigins ? Reason.PARENT_UNREACHABLE : reason;
  }
}
