package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.EventAllowance.Turn;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.rules.ClientIdentity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How fast a client may cause events, on a clock that the test moves.
class EventAllowanceTest {
  /// Near the end of what `nanoTime` can say, where it begins anew.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

  private EventAllowance allowance(int perSecond) {
    return new EventAllowance(perSecond, nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static ClientIdentity anonymous(String address) {
    return ClientIdentity.anonymous(Samples.address(address), "main");
  }

  private static ClientIdentity token(String name, String address) {
    return new ClientIdentity(
        new ClientIdentity.Proof.Token(name), Samples.address(address), "main", Map.of(), Map.of());
  }

  private static Subject subject(ClientIdentity client) {
    Accepted accepted =
        new Accepted(
            "C", new InetSocketAddress(client.address(), 40_000), "main", false, Samples.AT);
    Subject unknown = Subject.of(accepted, "R");
    return new Subject(
        accepted,
        unknown.requestId(),
        Optional.of(client),
        unknown.entrance(),
        unknown.destination(),
        unknown.facts(),
        unknown.hello());
  }

  /// How many of `tries` refusals have an event of their own.
  private static int own(EventAllowance allowance, ClientIdentity client, int tries) {
    int own = 0;
    for (int i = 0; i < tries; i++) {
      own += allowance.spent(subject(client)).isEmpty() ? 1 : 0;
    }
    return own;
  }

  private static Duration delay(Turn turn) {
    return switch (turn) {
      case Turn.Now now -> Duration.ZERO;
      case Turn.Later(Duration delay) -> delay;
      case Turn.Never never -> throw new AssertionError("never");
    };
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 2", "4, 2", "8, 4", "200, 100", "1000000, 500000"})
  void refusalsTakeHalfOfWhatASecondAllows(int perSecond, int expected) {
    EventAllowance allowance = allowance(perSecond);
    assertEquals(expected, own(allowance, anonymous("192.0.2.1"), expected + 10));
    pass(Duration.ofSeconds(60));
    assertEquals(expected, own(allowance, anonymous("192.0.2.1"), expected + 10));
  }

  @Test
  void refusalsComeBackOneByOne() {
    EventAllowance allowance = allowance(200);
    assertEquals(100, own(allowance, anonymous("192.0.2.1"), 1000));
    pass(Duration.ofNanos(4_999_999));
    assertEquals(0, own(allowance, anonymous("192.0.2.1"), 10));
    pass(Duration.ofNanos(1));
    assertEquals(1, own(allowance, anonymous("192.0.2.1"), 10));
    pass(Duration.ofMillis(50));
    assertEquals(10, own(allowance, anonymous("192.0.2.1"), 1000));
  }

  @Test
  void allowedRequestsWaitWhenTheBucketIsEmpty() {
    EventAllowance allowance = allowance(200);
    ClientIdentity client = anonymous("192.0.2.1");
    for (int i = 0; i < 100; i++) {
      assertInstanceOf(Turn.Now.class, allowance.turn(client));
    }
    // One event takes 5 ms, and each request is two.
    assertEquals(Duration.ofMillis(10), delay(allowance.turn(client)));
    assertEquals(Duration.ofMillis(20), delay(allowance.turn(client)));
    pass(Duration.ofMillis(20));
    assertEquals(Duration.ofMillis(10), delay(allowance.turn(client)));
  }

  @Test
  void whoeverWouldWaitTooLongIsRefusedAndPaysNothing() {
    EventAllowance allowance = allowance(200);
    ClientIdentity client = anonymous("192.0.2.1");
    for (int i = 0; i < 600; i++) {
      allowance.turn(client);
    }
    assertInstanceOf(Turn.Never.class, allowance.turn(client));
    assertInstanceOf(Turn.Never.class, allowance.turn(client));
    pass(Duration.ofMillis(10));
    assertEquals(EventAllowance.MAX_WAIT, delay(allowance.turn(client)));
    assertInstanceOf(Turn.Never.class, allowance.turn(client));
  }

  @Test
  void aFloodOfRefusalsLeavesRoomForAllowedRequests() {
    EventAllowance allowance = allowance(200);
    ClientIdentity client = anonymous("192.0.2.1");
    for (int i = 0; i < 100; i++) {
      own(allowance, client, 100);
      assertInstanceOf(Turn.Now.class, allowance.turn(client));
      pass(Duration.ofMillis(20));
    }
  }

  @Test
  void inTheLongRunNoMoreEventsThanTheRate() {
    EventAllowance allowance = allowance(200);
    ClientIdentity client = anonymous("192.0.2.1");
    int events = 0;
    for (int millis = 0; millis < 10_000; millis++) {
      events += own(allowance, client, 3);
      if (allowance.turn(client) instanceof Turn.Now) {
        events += EventAllowance.EVENTS_OF_ALLOWED;
      }
      pass(Duration.ofMillis(1));
    }
    assertTrue(events <= 200 * 11, "too many events");
  }

  @Test
  void aTokenIsOneClientWhereverItIsUsed() {
    EventAllowance allowance = allowance(8);
    assertEquals(4, own(allowance, token("ci", "192.0.2.1"), 10));
    assertEquals(0, own(allowance, token("ci", "192.0.2.2"), 10));
    assertEquals(4, own(allowance, token("laptop", "192.0.2.1"), 10));
    assertEquals(4, own(allowance, anonymous("192.0.2.1"), 10));
    assertEquals(4, own(allowance, anonymous("192.0.2.2"), 10));
  }

  @Test
  void clientsAreForgottenWhenTheirBucketIsFull() {
    EventAllowance allowance = new EventAllowance(8, 2, nanos::get);
    own(allowance, anonymous("192.0.2.1"), 1);
    pass(Duration.ofMillis(100));
    own(allowance, anonymous("192.0.2.2"), 10);
    pass(Duration.ofMillis(25));
    // The first one's bucket is full again, after an eighth of a second.
    assertEquals(4, own(allowance, anonymous("192.0.2.3"), 10));
    assertEquals(2, allowance.clients());
  }

  @Test
  void whenAllAreBusyTheOthersShareOneBucket() {
    EventAllowance allowance = new EventAllowance(8, 2, nanos::get);
    own(allowance, anonymous("192.0.2.1"), 10);
    own(allowance, anonymous("192.0.2.2"), 10);
    assertEquals(3, own(allowance, anonymous("192.0.2.3"), 3));
    assertEquals(1, own(allowance, anonymous("192.0.2.4"), 3));
    assertEquals(
        Optional.of(new CountedClient.Others()), allowance.spent(subject(anonymous("192.0.2.5"))));
    assertEquals(2, allowance.clients());
  }

  @Test
  void askingAloneDoesNotMakeAClientBusyForEver() {
    EventAllowance allowance = new EventAllowance(8, 2, nanos::get);
    for (int i = 0; i < 1000; i++) {
      own(allowance, anonymous("192.0.2." + (i % 256)), 1);
      pass(Duration.ofMillis(100));
    }
    assertEquals(2, allowance.clients());
  }
}
