package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/// Connects through the parent proxy, whose own address is the operator's word. On the dial's event
/// loop.
final class ParentProxy {
  private static final int OK = 200;
  private static final int NOT_OK = 300;

  private final Settings.Parent parent;
  private final Resolver resolver;
  private final Connector connector;
  private final OwnAddresses own;
  private final Duration patience;

  /// @param patience how long the parent may take for its answer to CONNECT
  ParentProxy(
      Settings.Parent parent,
      Resolver resolver,
      Connector connector,
      OwnAddresses own,
      Duration patience) {
    this.parent = parent;
    this.resolver = resolver;
    this.connector = connector;
    this.own = own;
    this.patience = patience;
  }

  /// Connects to the parent, for requests in absolute form.
  void forRequests(DialAttempt attempt) {
    reach(
        attempt,
        endpoint -> connector.connect(endpoint, attempt.loop()),
        (channel, peer) ->
            attempt.connected(channel, peer, new Route.Parent(parent.authorization())));
  }

  /// Has the parent open a tunnel to the destination as it was asked for.
  void tunnelByName(DialAttempt attempt) {
    String authority = attempt.permit().destination().authority();
    tunnel(attempt, authority, status -> attempt.failed(Reason.PARENT_REFUSED));
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
  /// @param refused is told the status that is none of success; nothing when there is no answer
  ///   that may be acted on
  void tunnel(DialAttempt attempt, String authority, Consumer<OptionalInt> refused) {
    reach(
        attempt,
        endpoint -> connector.connect(endpoint, attempt.loop(), new HeadReads()),
        (channel, peer) -> ask(attempt, channel, authority, peer, refused));
  }

  private void ask(
      DialAttempt attempt,
      Channel channel,
      String authority,
      InetSocketAddress peer,
      Consumer<OptionalInt> refused) {
    Future<?> late = attempt.after(patience, () -> attempt.failed(Reason.ORIGIN_TIMEOUT));
    Consumer<OptionalInt> answered =
        status -> {
          late.cancel(false);
          int code = status.orElse(0);
          if (code >= OK && code < NOT_OK) {
            attempt.connected(channel, peer, new Route.ParentTunnel());
          } else if (!attempt.isOver()) {
            channel.close();
            refused.accept(status);
          }
        };
    HeadReads reads = channel.config().getRecvByteBufAllocator();
    channel
        .pipeline()
        .addLast(new ParentConnect(authority, parent.authorization(), reads.head(), answered));
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
    return isOrigins ? Reason.PARENT_REFUSED : reason;
  }
}
