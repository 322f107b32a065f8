package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/// Connects through the parent proxy, whose own address is the operator's word. On the dial's event loop.
final class ParentProxy {
  /// Vetted addresses of one host that the parent is asked for, one after the other.
  static final int MAX_ADDRESSES = 4;

  private static final int OK = 200;
  private static final int NOT_OK = 300;
  private static final int PARENT_ERROR = 500;

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
    Lookup lookup = resolver.resolve(attempt.permit().destination().host(), attempt.loop());
    for (Family family : Family.values()) {
      Future<Answer> answer = lookup.of(family);
      answer.addListener(
          done -> {
            vetted.answered(family, answer.getNow());
            if (vetted.areAllAnswered() && !attempt.isOver()) {
              tunnelToNext(attempt, vetted, 0);
            }
          });
    }
  }

  private void tunnelToNext(DialAttempt attempt, Candidates vetted, int tried) {
    Optional<Endpoint> next = tried < MAX_ADDRESSES ? vetted.next() : Optional.empty();
    if (next.isEmpty()) {
      attempt.failed(tried == 0 ? vetted.whyNone() : Reason.PARENT_REFUSED);
      return;
    }
    InetSocketAddress to = next.get().socketAddress();
    String authority = new Host.Literal(to.getAddress()).authorityText() + ":" + to.getPort();
    tunnel(
        attempt,
        authority,
        status -> {
          // It tried and could not, as with a family that it lacks. Another address may do; a refusal is final.
          if (status.orElse(0) >= PARENT_ERROR) {
            tunnelToNext(attempt, vetted, tried + 1);
          } else {
            attempt.failed(Reason.PARENT_REFUSED);
          }
        });
  }

  private void tunnel(DialAttempt attempt, String authority, Consumer<OptionalInt> refused) {
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

  private void reach(
      DialAttempt attempt, Function<Endpoint, ChannelFuture> connect, Use use) {
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
