package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connects to the first address of a host that answers (Happy Eyeballs, RFC 8305): IPv6 first, the
/// families taking turns, each attempt given a head start over the next, none waiting for a dead
/// one. On the dial's event loop.
final class ConnectionRace {
  /// The head start of an attempt (RFC 8305 section 5, "Connection Attempt Delay").
  static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

  /// How long IPv4 addresses wait for the answer about IPv6 (RFC 8305 section 3, "Resolution
  /// Delay").
  static final Duration RESOLUTION_DELAY = Duration.ofMillis(50);

  /// Addresses that are tried.
  static final int MAX_ATTEMPTS = 8;

  /// Told once how it ended, on the event loop; not told when the dial is over before.
  interface Finish {
    void connected(Channel channel, InetSocketAddress peer);

    void failed(Reason reason);
  }

  private final DialAttempt attempt;
  private final Candidates candidates;
  private final Function<Endpoint, ChannelFuture> connect;
  private final Finish finish;
  private final List<Channel> open = new ArrayList<>();
  private @Nullable Future<?> headStart;
  private boolean begun;
  private boolean waitsForIpv6;
  private boolean over;
  private int attempts;

  /// @param connect begins to connect
  ConnectionRace(
      DialAttempt attempt,
      Candidates candidates,
      Function<Endpoint, ChannelFuture> connect,
      Finish finish) {
    this.attempt = attempt;
    this.candidates = candidates;
    this.connect = connect;
    this.finish = finish;
  }

  /// Takes the answers as they come.
  void run(Lookup lookup) {
    for (Family family : Family.values()) {
      Future<Answer> answer = lookup.of(family);
      answer.addListener(done -> answered(family, answer.getNow()));
    }
  }

  private void answered(Family family, Answer answer) {
    if (isOver()) {
      return;
    }
    candidates.answered(family, answer);
    if (begun) {
      continueUnlessWaiting();
    } else if (isReady()) {
      begin();
    } else if (candidates.has(Family.IPV4) && !waitsForIpv6) {
      waitsForIpv6 = true;
      attempt.after(RESOLUTION_DELAY, this::begin);
    }
  }

  private boolean isReady() {
    boolean ipv4Settled = candidates.has(Family.IPV4) || candidates.isAnswered(Family.IPV4);
    return candidates.has(Family.IPV6) || (candidates.isAnswered(Family.IPV6) && ipv4Settled);
  }

  private void begin() {
    if (!begun) {
      begun = true;
      continueUnlessWaiting();
    }
  }

  private void continueUnlessWaiting() {
    if (headStart == null) {
      next();
    }
  }

  private void next() {
    endHeadStart();
    if (isOver()) {
      return;
    }
    Optional<Endpoint> endpoint = attempts < MAX_ATTEMPTS ? candidates.next() : Optional.empty();
    if (endpoint.isPresent()) {
      attempts++;
      headStart = attempt.after(ATTEMPT_DELAY, this::next);
      start(endpoint.get());
    } else if (open.isEmpty() && (attempts == MAX_ATTEMPTS || candidates.areAllAnswered())) {
      over = true;
      finish.failed(attempts > 0 ? Reason.ORIGIN_UNREACHABLE : candidates.whyNone());
    }
  }

  private void start(Endpoint endpoint) {
    ChannelFuture connecting = connect.apply(endpoint);
    Channel channel = connecting.channel();
    open.add(channel);
    attempt.adopt(channel);
    connecting.addListener(
        done -> {
          open.remove(channel);
          if (connecting.isSuccess()) {
            won(channel, endpoint);
          } else {
            next();
          }
        });
  }

  private void won(Channel channel, Endpoint endpoint) {
    if (isOver()) {
      channel.close();
      return;
    }
    over = true;
    endHeadStart();
    List.copyOf(open).forEach(Channel::close);
    finish.connected(channel, endpoint.socketAddress());
  }

  private boolean isOver() {
    return over || attempt.isOver();
  }

  private void endHeadStart() {
    if (headStart != null) {
      headStart.cancel(false);
      headStart = null;
    }
  }
}
