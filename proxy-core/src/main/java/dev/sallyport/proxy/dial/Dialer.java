package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.proxy.trust.ParentTls;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.TrafficClass;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a permit into a connection: chooses the way, resolves the host once, vets every address,
/// connects to the first that answers. Safe on any thread.
public final class Dialer {
  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

  private final RoutePlanner planner;
  private final AddressGuard guard;
  private final OwnAddresses own;
  private final Resolver resolver;
  private final Connector connector;
  private final Settings.Times times;
  private final Optional<ParentTls> tls;

  /// Reads the system's hosts file and DNS servers: not for event loops.
  ///
  /// @param transport that of the event loops which will be given to [#dial]
  /// @param ownListeners where the gate listens now, admin included, with the ports that were
  ///   really bound; never dialled. Asked on event loops
  /// @param tls needed where a parent proxy speaks TLS
  public Dialer(
      Settings settings,
      Transport transport,
      Supplier<List<InetSocketAddress>> ownListeners,
      Optional<ParentTls> tls) {
    this(settings, transport, ownListeners, tls, SystemFiles.ofThisMachine());
  }

  Dialer(
      Settings settings,
      Transport transport,
      Supplier<List<InetSocketAddress>> ownListeners,
      Optional<ParentTls> tls,
      SystemFiles system) {
    this.tls = tls;
    Settings.Resolve resolve = settings.resolve();
    this.times = settings.limits().times();
    this.own = new OwnAddresses(ownListeners, settings.ownAddresses(), resolve.nat64());
    this.guard = new AddressGuard(own, resolve.nat64());
    this.planner = new RoutePlanner(settings.connectTo(), settings.upstream());
    this.connector = new Connector(transport);
    Dns dns = new Dns(transport, times.dial());
    this.resolver = new Resolver(resolve.hosts(), resolve.servers(), system, dns);
  }

  /// Connects. The future completes on the event loop within `limits.time.dial`, never fails and
  /// cannot be cancelled. The channel of [DialOutcome.Connected] is the caller's to close; it is
  /// registered on the event loop, does not read by itself, allows half-closure and has an empty
  /// pipeline.
  ///
  /// @param of the class that a rule gave the traffic; it may have a way up of its own
  public Future<DialOutcome> dial(Permit permit, Optional<TrafficClass> of, EventLoop loop) {
    Promise<DialOutcome> outcome = loop.newPromise();
    outcome.setUncancellable();
    if (loop.inEventLoop()) {
      begin(permit, of, loop, outcome);
    } else {
      loop.execute(() -> begin(permit, of, loop, outcome));
    }
    return outcome;
  }

  private void begin(
      Permit permit, Optional<TrafficClass> of, EventLoop loop, Promise<DialOutcome> outcome) {
    try {
      DialAttempt attempt = new DialAttempt(permit, loop, outcome, times.dial());
      if (isForbiddenLiteral(permit)) {
        attempt.failed(Reason.ADDRESS_NOT_ALLOWED);
      } else {
        follow(planner.plan(permit, of), attempt);
      }
    } catch (RuntimeException bug) {
      LOG.error("a dial failed", bug);
      outcome.trySuccess(new DialOutcome.Failed(Reason.INTERNAL_ERROR));
    }
  }

  /// A literal is judged whichever way the connection goes: behind a parent or `connect-to` nobody
  /// else would.
  private boolean isForbiddenLiteral(Permit permit) {
    return permit.destination().host() instanceof Host.Literal(InetAddress address)
        && guard.vet(address, permit).isEmpty();
  }

  private void follow(RoutePlan plan, DialAttempt attempt) {
    switch (plan) {
      case RoutePlan.Direct direct ->
          race(
              attempt,
              attempt.permit().destination().host(),
              address -> guard.vet(address, attempt.permit()),
              new Route.Direct());
      case RoutePlan.ConnectTo(Host host, int port) ->
          race(
              attempt,
              host,
              address -> OperatorAddress.of(address, port, own),
              new Route.ConnectTo());
      case RoutePlan.ParentRequests(Parents.Parent parent) -> through(parent).forRequests(attempt);
      case RoutePlan.ParentTunnelByName(Parents.Parent parent) ->
          through(parent).tunnelByName(attempt);
      case RoutePlan.ParentTunnelByAddress(Parents.Parent parent) ->
          through(parent).tunnelByAddress(attempt, guard);
    }
  }

  private ParentProxy through(Parents.Parent parent) {
    return new ParentProxy(parent, resolver, connector, own, times.handshake(), tls);
  }

  private void race(
      DialAttempt attempt,
      Host host,
      Function<InetAddress, Optional<Endpoint>> judge,
      Route route) {
    ConnectionRace.Finish finish =
        new ConnectionRace.Finish() {
          @Override
          public void connected(Channel channel, InetSocketAddress peer) {
            attempt.connected(channel, peer, route);
          }

          @Override
          public void failed(Reason reason) {
            attempt.failed(reason);
          }
        };
    new ConnectionRace(
            attempt,
            new Candidates(judge),
            endpoint -> connector.connect(endpoint, attempt.loop()),
            finish)
        .run(resolver.resolve(host, attempt.loop()));
  }
}
