package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Dials over real sockets, with names that a scripted DNS server knows.
@ParameterizedClass
@EnumSource(Transport.class)
class DialerTest {
  private static final String NAME = "www.example.com";
  private static final String[] LOOPBACK = {"127.0.0.0/8", "::1/128"};

  @Parameter private Transport transport = Transport.NIO;
  private final List<AutoCloseable> open = new ArrayList<>();
  private DnsStub dns;
  private Origin origin;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(transport.isAvailable());
    dns = opened(DnsStub.start());
    origin = opened(Origin.start("127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void theConnectionIsReadyForWhoeverTakesIt() throws Exception {
    dns.name(NAME, "127.0.0.1");
    DialBench bench = bench(settings());
    DialOutcome.Connected connected = bench.connect(permit());
    Channel channel = connected.channel();
    assertEquals(new Route.Direct(), connected.route());
    assertEquals(origin.address(), connected.peer());
    assertSame(bench.loop(), channel.eventLoop());
    assertTrue(channel.isActive());
    assertEquals(List.of(), handlers(channel));
    assertEquals(false, channel.config().isAutoRead());
    assertEquals(true, channel.config().getOption(ChannelOption.ALLOW_HALF_CLOSURE));
    assertEquals(true, channel.config().getOption(ChannelOption.TCP_NODELAY));
    assertEquals(true, channel.config().getOption(ChannelOption.SO_KEEPALIVE));
  }

  @Test
  void itCanBeAskedOnTheEventLoopItself() throws Exception {
    dns.name(NAME, "127.0.0.1");
    DialBench bench = bench(settings());
    var asked = bench.loop().submit(() -> bench.begin(permit())).get();
    assertInstanceOf(DialOutcome.Connected.class, bench.await(asked));
  }

  @Test
  void whatTheOriginSaysBeforeAnybodyListensIsKept() throws Exception {
    Origin banner = opened(Origin.start("127.0.0.1", each -> Origin.write(each, "220 hello\r\n")));
    dns.name(NAME, "127.0.0.1");
    DialOutcome.Connected connected =
        bench(settings()).connect(Permits.https(NAME, banner.port(), LOOPBACK));
    // Greeting and end are there before a handler is.
    banner.awaitServed(1);
    assertEquals("220 hello\r\n", DialBench.readAll(connected));
  }

  @Test
  void aNameThatLeadsInsideIsNotDialled() throws Exception {
    dns.name(NAME, "127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1");
    bench(settings()).assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, origin.port()));
    assertEquals(0, origin.count());
  }

  @Test
  void anAliasThatLeadsInsideIsNotDialled() throws Exception {
    dns.script(
        NAME,
        DnsStub.A,
        DnsStub.answer(
            DnsStub.alias(NAME, 60, "inside.example.org"),
            DnsStub.record("inside.example.org", 60, "127.0.0.1")));
    dns.script(NAME, DnsStub.AAAA, DnsStub.answer(DnsStub.alias(NAME, 60, "localhost")));
    bench(settings()).assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, origin.port()));
    assertEquals(0, origin.count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "a.localhost"})
  void localhostIsNoWayIn(String name) throws Exception {
    bench(settings()).assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(name, origin.port()));
    assertEquals(0, origin.count());
  }

  @Test
  void oneForbiddenAddressIsSkipped() throws Exception {
    dns.name(NAME, "10.0.0.1", "127.0.0.1", "fd00::1");
    assertEquals(origin.address(), bench(settings()).connect(permit("127.0.0.1/32")).peer());
  }

  @Test
  void aSecondAnswerIsAnotherQuestion() throws Exception {
    Origin rebound = opened(Origin.start("127.0.0.2", origin.port(), Origin.NOTHING));
    dns.script(
        NAME,
        DnsStub.A,
        DnsStub.answer(DnsStub.record(NAME, 0, "127.0.0.1")),
        DnsStub.answer(DnsStub.record(NAME, 0, "127.0.0.2")));
    DialBench bench = bench(settings());
    assertEquals(origin.address(), bench.connect(permit("127.0.0.1/32")).peer());
    assertEquals(1, dns.askedFor(NAME + " A"));
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, permit("127.0.0.1/32"));
    assertEquals(0, rebound.count());
  }

  @Test
  void anAddressFromTheCacheIsVettedForEachPermit() throws Exception {
    dns.script(NAME, DnsStub.A, DnsStub.answer(DnsStub.record(NAME, 60, "127.0.0.1")));
    DialBench bench = bench(settings());
    bench.connect(permit());
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, origin.port()));
    assertEquals(1, dns.askedFor(NAME + " A"));
  }

  @Test
  void aNameThatDoesNotExistIsUnresolved() throws Exception {
    bench(settings()).assertFails(Reason.ORIGIN_UNRESOLVED, permit());
  }

  @Test
  void aDeadDnsEndsWithTheDial() throws Exception {
    dns.script(NAME, DnsStub.A, new DnsStub.Reply.Silence());
    dns.script(NAME, DnsStub.AAAA, new DnsStub.Reply.Silence());
    Duration bound = Duration.ofMillis(300);
    DialBench bench = bench(settings().dialTime(bound));
    long began = System.nanoTime();
    bench.assertFails(Reason.ORIGIN_TIMEOUT, permit());
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(bound) >= 0, took::toString);
    assertTrue(took.compareTo(DnsClient.QUERY_TIME) < 0, took::toString);
  }

  @Test
  void oneDeadFamilyDoesNotHoldUpTheOther() throws Exception {
    dns.script(NAME, DnsStub.A, DnsStub.answer(DnsStub.record(NAME, 0, "127.0.0.1")));
    dns.script(NAME, DnsStub.AAAA, new DnsStub.Reply.Silence());
    long began = System.nanoTime();
    bench(settings()).connect(permit());
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(DnsClient.QUERY_TIME) < 0, took::toString);
  }

  @Test
  void aHangingFamilyDoesNotHoldUpTheOther() throws Exception {
    HangingPort hanging = opened(HangingPort.open("::1", origin.port()));
    dns.name(NAME, "::1", "127.0.0.1");
    DialOutcome.Connected connected = bench(settings()).connect(permit());
    assertEquals(origin.address(), connected.peer());
    assertTrue(hanging.hangs());
  }

  @Test
  void anAddressThatNeverAnswersIsATimeout() throws Exception {
    HangingPort hanging = opened(HangingPort.open("127.0.0.2", origin.port()));
    dns.name(NAME, "127.0.0.2");
    bench(settings().dialTime(Duration.ofMillis(300))).assertFails(Reason.ORIGIN_TIMEOUT, permit());
    assertTrue(hanging.hangs());
  }

  @Test
  void ipv6GoesFirst() throws Exception {
    Origin ipv6 = opened(Origin.start("::1", origin.port(), Origin.NOTHING));
    dns.name(NAME, "127.0.0.1", "::1");
    assertEquals(ipv6.address(), bench(settings()).connect(permit()).peer());
    assertEquals(0, origin.count());
  }

  @Test
  void aRefusedConnectionIsUnreachable() throws Exception {
    dns.name(NAME, "127.0.0.2", "::1");
    bench(settings()).assertFails(Reason.ORIGIN_UNREACHABLE, permit());
  }

  @Test
  void afterARefusedAddressComesTheNext() throws Exception {
    dns.name(NAME, "::1", "127.0.0.2", "127.0.0.1");
    assertEquals(origin.address(), bench(settings()).connect(permit()).peer());
  }

  @Test
  void aFixedAddressNeedsNoDnsAndIsVetted() throws Exception {
    DialBench bench = bench(settings().host(NAME, "127.0.0.1"));
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, origin.port()));
    bench.connect(permit());
    assertEquals(List.of(), dns.asked());
  }

  @Test
  void ownListenersAreRefusedUnderAnyName() throws Exception {
    DialBench bench =
        opened(
            new DialBench(
                transport,
                settings().host("alias.example.com", "::ffff:127.0.0.1"),
                () -> List.of(new InetSocketAddress(origin.port()))));
    dns.name(NAME, "127.0.0.1", "127.0.0.7", "::1");
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, permit());
    bench.assertFails(
        Reason.ADDRESS_NOT_ALLOWED, Permits.https("alias.example.com", origin.port(), LOOPBACK));
    bench.assertFails(
        Reason.ADDRESS_NOT_ALLOWED, Permits.https("localhost", origin.port(), LOOPBACK));
    bench.assertFails(
        Reason.ADDRESS_NOT_ALLOWED, Permits.literal("127.0.0.1", origin.port(), "127.0.0.1/32"));
    assertEquals(0, origin.count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"})
  void aLiteralIsVetted(String literal) throws Exception {
    Permit permit = Permits.of(Scheme.HTTPS, literal, origin.port(), new HostPattern.Any());
    bench(settings()).assertFails(Reason.ADDRESS_NOT_ALLOWED, permit);
    bench(settings().connectTo("", 0, "127.0.0.1", origin.port()))
        .assertFails(Reason.ADDRESS_NOT_ALLOWED, permit);
    bench(settings().parent("127.0.0.1", origin.port()))
        .assertFails(Reason.ADDRESS_NOT_ALLOWED, permit);
    assertEquals(0, origin.count());
    assertEquals(List.of(), dns.asked());
  }

  @Test
  void aLiteralThatIsSpelledOutIsDialled() throws Exception {
    DialOutcome.Connected connected =
        bench(settings()).connect(Permits.literal("127.0.0.1", origin.port(), "127.0.0.1/32"));
    assertEquals(origin.address(), connected.peer());
  }

  @Test
  void connectToIsTheOperatorsWordAndNotGuarded() throws Exception {
    dns.name("target.test", "127.0.0.1");
    DialBench bench = bench(settings().connectTo(NAME, 443, "target.test", origin.port()));
    DialOutcome.Connected connected = bench.connect(Permits.https(NAME, 443));
    assertEquals(new Route.ConnectTo(), connected.route());
    assertEquals(origin.address(), connected.peer());
    // The name that was asked for is not resolved.
    assertEquals(List.of("target.test AAAA", "target.test A"), dns.asked());
  }

  @Test
  void connectToDoesNotLeadToTheGateItself() throws Exception {
    DialBench bench =
        opened(
            new DialBench(
                transport,
                settings().connectTo("", 0, "127.0.0.1", origin.port()),
                () -> List.of(origin.address())));
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, 443));
  }

  @Test
  void aConnectionThatNobodyWaitsForAnyMoreIsClosed() throws Exception {
    HangingPort hanging = opened(HangingPort.open("127.0.0.2", origin.port()));
    dns.name(NAME, "127.0.0.2");
    DialBench bench = bench(settings().dialTime(Duration.ofMillis(100)));
    bench.assertFails(Reason.ORIGIN_TIMEOUT, permit());
    // Now there is room, and a connection that was still trying would get through.
    assertFalse(hanging.getsAnother(), "an attempt outlives its dial");
  }

  private TestSettings settings() {
    return new TestSettings().server(dns.address());
  }

  private DialBench bench(TestSettings settings) {
    return opened(new DialBench(transport, settings));
  }

  private Permit permit() {
    return permit(LOOPBACK);
  }

  private Permit permit(String... resolvesTo) {
    return Permits.https(NAME, origin.port(), resolvesTo);
  }

  private static List<String> handlers(Channel channel) {
    return channel.pipeline().names().stream()
        .filter(name -> !name.contains("TailContext") && !name.contains("Unattended"))
        .toList();
  }

  private <T extends AutoCloseable> T opened(T each) {
    open.add(each);
    return each;
  }
}
