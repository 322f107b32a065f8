package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The race with a clock and connections that the test moves.
class ConnectionRaceTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final EmbeddedChannel clock = new EmbeddedChannel();
  private final Promise<DialOutcome> outcome = clock.eventLoop().newPromise();
  private final Promise<Answer> ipv6 = clock.eventLoop().newPromise();
  private final Promise<Answer> ipv4 = clock.eventLoop().newPromise();
  private final Map<String, ChannelPromise> attempts = new LinkedHashMap<>();
  private final List<String> forbidden = new ArrayList<>();
  private @Nullable Object finished;

  @BeforeEach
  void start() {
    clock.freezeTime();
    DialAttempt attempt =
        new DialAttempt(Permits.https("example.com", 443), clock.eventLoop(), outcome, BOUND);
    new ConnectionRace(attempt, new Candidates(this::judge), this::connect, new Finish())
        .run(new Lookup(ipv6, ipv4));
  }

  @AfterEach
  void close() {
    outcome.trySuccess(new DialOutcome.Failed(Reason.ORIGIN_TIMEOUT));
    clock.finishAndReleaseAll();
  }

  @Test
  void theFamiliesTakeTurnsFromIpv6OnEachWithAHeadStart() {
    ipv4.setSuccess(found("192.0.2.1", "192.0.2.2"));
    ipv6.setSuccess(found("2001:db8::1", "2001:db8::2", "2001:db8::3"));
    assertTried("2001:db8::1");
    pass(ConnectionRace.ATTEMPT_DELAY.minusMillis(1));
    assertTried("2001:db8::1");
    pass(Duration.ofMillis(1));
    assertTried("2001:db8::1", "192.0.2.1");
    pass(ConnectionRace.ATTEMPT_DELAY);
    pass(ConnectionRace.ATTEMPT_DELAY);
    pass(ConnectionRace.ATTEMPT_DELAY);
    assertTried("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3");
  }

  @Test
  void oneFamilyAloneIsJustThat() {
    ipv6.setSuccess(new Answer.Absent());
    ipv4.setSuccess(found("192.0.2.1", "192.0.2.2"));
    assertTried("192.0.2.1");
    fail("192.0.2.1");
    assertTried("192.0.2.1", "192.0.2.2");
  }

  @Test
  void theFirstConnectionWinsAndTheOthersAreClosed() {
    ipv6.setSuccess(found("2001:db8::1"));
    ipv4.setSuccess(found("192.0.2.1", "192.0.2.2"));
    pass(ConnectionRace.ATTEMPT_DELAY);
    succeed("192.0.2.1");
    assertEquals("192.0.2.1:443", finished);
    assertFalse(channel("2001:db8::1").isOpen());
    assertTrue(channel("192.0.2.1").isOpen());
    pass(ConnectionRace.ATTEMPT_DELAY);
    assertTried("2001:db8::1", "192.0.2.1");
  }

  @Test
  void aFailedAttemptDoesNotKeepTheNextOneWaiting() {
    ipv6.setSuccess(found("2001:db8::1"));
    ipv4.setSuccess(found("192.0.2.1"));
    fail("2001:db8::1");
    assertTried("2001:db8::1", "192.0.2.1");
  }

  @Test
  void allFailedIsUnreachable() {
    ipv6.setSuccess(found("2001:db8::1"));
    ipv4.setSuccess(found("192.0.2.1"));
    fail("2001:db8::1");
    assertEquals(null, finished);
    fail("192.0.2.1");
    assertEquals(Reason.ORIGIN_UNREACHABLE, finished);
  }

  @Test
  void ipv4WaitsAMomentForIpv6() {
    ipv4.setSuccess(found("192.0.2.1"));
    pass(ConnectionRace.RESOLUTION_DELAY.minusMillis(1));
    assertTried();
    ipv6.setSuccess(found("2001:db8::1"));
    assertTried("2001:db8::1");
  }

  @Test
  void andNoLonger() {
    ipv4.setSuccess(found("192.0.2.1"));
    pass(ConnectionRace.RESOLUTION_DELAY);
    assertTried("192.0.2.1");
  }

  @Test
  void ipv6WaitsForNobody() {
    ipv6.setSuccess(found("2001:db8::1"));
    assertTried("2001:db8::1");
  }

  @Test
  void addressesThatComeLateJoin() {
    ipv6.setSuccess(found("2001:db8::1"));
    fail("2001:db8::1");
    assertEquals(null, finished);
    ipv4.setSuccess(found("192.0.2.1"));
    assertTried("2001:db8::1", "192.0.2.1");
  }

  @Test
  void addressesThatComeLateRespectTheHeadStart() {
    ipv6.setSuccess(found("2001:db8::1"));
    pass(Duration.ofMillis(100));
    ipv4.setSuccess(found("192.0.2.1"));
    assertTried("2001:db8::1");
    pass(ConnectionRace.ATTEMPT_DELAY.minusMillis(100));
    assertTried("2001:db8::1", "192.0.2.1");
  }

  @Test
  void addressesThatComeAfterTheHeadStartBeginAtOnce() {
    ipv6.setSuccess(found("2001:db8::1"));
    pass(ConnectionRace.ATTEMPT_DELAY.multipliedBy(2));
    ipv4.setSuccess(found("192.0.2.1"));
    assertTried("2001:db8::1", "192.0.2.1");
  }

  @Test
  void aForbiddenAddressIsSkipped() {
    forbidden.add("2001:db8::1");
    ipv6.setSuccess(found("2001:db8::1"));
    ipv4.setSuccess(found("192.0.2.1"));
    assertTried("192.0.2.1");
  }

  @Test
  void nothingButForbiddenAddressesIsNotAllowed() {
    forbidden.addAll(List.of("2001:db8::1", "192.0.2.1"));
    ipv6.setSuccess(found("2001:db8::1"));
    ipv4.setSuccess(found("192.0.2.1"));
    assertTried();
    assertEquals(Reason.ADDRESS_NOT_ALLOWED, finished);
  }

  @Test
  void noAddressIsUnresolved() {
    ipv6.setSuccess(new Answer.Absent());
    ipv4.setSuccess(new Answer.Absent());
    assertEquals(Reason.ORIGIN_UNRESOLVED, finished);
  }

  @Test
  void noAnswerInTimeIsATimeout() {
    ipv6.setSuccess(new Answer.TimedOut());
    ipv4.setSuccess(new Answer.Absent());
    assertEquals(Reason.ORIGIN_TIMEOUT, finished);
  }

  @Test
  void noMoreThanSomeAreTried() {
    ipv6.setSuccess(new Answer.Absent());
    ipv4.setSuccess(
        found(
            IntStream.rangeClosed(1, ConnectionRace.MAX_ATTEMPTS + 1)
                .mapToObj(i -> "192.0.2." + i)
                .toArray(String[]::new)));
    for (int i = 1; i < ConnectionRace.MAX_ATTEMPTS; i++) {
      fail("192.0.2." + i);
    }
    assertEquals(ConnectionRace.MAX_ATTEMPTS, attempts.size());
    assertEquals(null, finished);
    fail("192.0.2." + ConnectionRace.MAX_ATTEMPTS);
    assertEquals(ConnectionRace.MAX_ATTEMPTS, attempts.size());
    assertEquals(Reason.ORIGIN_UNREACHABLE, finished);
  }

  @Test
  void theBoundOfTheDialClosesEverything() {
    ipv6.setSuccess(found("2001:db8::1"));
    ipv4.setSuccess(found("192.0.2.1"));
    pass(BOUND.minusMillis(1));
    assertFalse(outcome.isDone());
    pass(Duration.ofMillis(1));
    assertEquals(new DialOutcome.Failed(Reason.ORIGIN_TIMEOUT), outcome.getNow());
    assertFalse(channel("2001:db8::1").isOpen());
    assertFalse(channel("192.0.2.1").isOpen());
    assertEquals(null, finished);
  }

  @Test
  void aConnectionThatComesAfterTheBoundIsClosed() {
    ipv6.setSuccess(found("2001:db8::1"));
    outcome.setSuccess(new DialOutcome.Failed(Reason.ORIGIN_TIMEOUT));
    attempt("2001:db8::1").trySuccess();
    assertFalse(channel("2001:db8::1").isOpen());
    assertEquals(null, finished);
  }

  private static Answer found(String... addresses) {
    return new Answer.Found(Stream.of(addresses).map(Permits::address).toList());
  }

  private Optional<Endpoint> judge(InetAddress address) {
    return forbidden.contains(Addresses.text(address))
        ? Optional.empty()
        : OperatorAddress.of(address, 443, new OwnAddresses(List::of, List.of(), Optional.empty()));
  }

  private ChannelFuture connect(Endpoint endpoint) {
    ChannelPromise promise = new EmbeddedChannel().newPromise();
    attempts.put(Addresses.text(endpoint.socketAddress().getAddress()), promise);
    return promise;
  }

  private void pass(Duration time) {
    clock.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    clock.runScheduledPendingTasks();
  }

  private void succeed(String address) {
    attempt(address).setSuccess();
  }

  private void fail(String address) {
    attempt(address).setFailure(new ConnectException("refused"));
  }

  private ChannelPromise attempt(String address) {
    return Optional.ofNullable(attempts.get(address))
        .orElseThrow(() -> new AssertionError(address + " was not tried"));
  }

  private Channel channel(String address) {
    return attempt(address).channel();
  }

  private void assertTried(String... addresses) {
    assertEquals(List.of(addresses), List.copyOf(attempts.keySet()));
  }

  private final class Finish implements ConnectionRace.Finish {
    @Override
    public void connected(Channel channel, InetSocketAddress peer) {
      assertEquals(null, finished);
      finished = Addresses.text(peer.getAddress()) + ":" + peer.getPort();
    }

    @Override
    public void failed(Reason reason) {
      assertEquals(null, finished);
      finished = reason;
    }
  }
}
