package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.transport.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Transport.class)
class DnsTest {
  private static final Duration BOUND = Duration.ofSeconds(8);
  private static final String NAME = "www.example.com";

  @Parameter private Transport transport = Transport.NIO;
  private EventLoopGroup loops;
  private DnsStub stub;
  private Dns dns;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(transport.isAvailable());
    loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
    stub = DnsStub.start();
    dns = new Dns(transport, BOUND);
  }

  @AfterEach
  void close() {
    stub.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void eachFamilyIsAskedByItself() throws Exception {
    stub.name(NAME, "192.0.2.1", "2001:db8::1", "192.0.2.2");
    assertEquals(found("192.0.2.1", "192.0.2.2"), ask(NAME, Family.IPV4));
    assertEquals(found("2001:db8::1"), ask(NAME, Family.IPV6));
    assertEquals(List.of(NAME + " A", NAME + " AAAA"), stub.asked());
  }

  @Test
  void anAliasIsFollowedInTheSameMessage() throws Exception {
    script(
        NAME,
        DnsStub.alias(NAME, 60, "a.example.org"),
        DnsStub.alias("a.example.org", 60, "b.example.org"),
        DnsStub.record("unasked.example.org", 60, "192.0.2.9"),
        DnsStub.record("b.example.org", 60, "192.0.2.1"));
    assertEquals(found("192.0.2.1"), ask(NAME, Family.IPV4));
  }

  @Test
  void anAliasIsFollowedWithAnotherQuestion() throws Exception {
    script(NAME, DnsStub.alias(NAME, 60, "a.example.org"));
    script("a.example.org", DnsStub.record("a.example.org", 60, "192.0.2.1"));
    assertEquals(found("192.0.2.1"), ask(NAME, Family.IPV4));
    assertEquals(List.of(NAME + " A", "a.example.org A"), stub.asked());
  }

  @Test
  void addressesOfOtherNamesDoNotCount() throws Exception {
    script(NAME, DnsStub.record("other.example.com", 60, "192.0.2.1"));
    assertEquals(new Answer.Absent(), ask(NAME, Family.IPV4));
  }

  @Test
  void theCaseOfNamesInAnAnswerDoesNotMatter() throws Exception {
    script(NAME, DnsStub.record("WWW.Example.COM", 60, "192.0.2.1"));
    assertEquals(found("192.0.2.1"), ask(NAME, Family.IPV4));
  }

  @Test
  void asManyAliasesAsTheLimitAreFollowedAndNoMore() throws Exception {
    script("0.example.com", chain(0, DnsAnswer.MAX_ALIASES));
    assertEquals(found("192.0.2.1"), ask("0.example.com", Family.IPV4));
    script("1.example.com", chain(1, DnsAnswer.MAX_ALIASES + 2));
    assertEquals(new Answer.Absent(), ask("1.example.com", Family.IPV4));
  }

  @Test
  void theLimitHoldsOverSeveralMessages() throws Exception {
    int last = DnsAnswer.MAX_ALIASES;
    for (int i = 0; i <= last; i++) {
      script(i + ".example.com", DnsStub.alias(i + ".example.com", 60, (i + 1) + ".example.com"));
    }
    script(
        (last + 1) + ".example.com", DnsStub.record((last + 1) + ".example.com", 60, "192.0.2.1"));
    assertEquals(new Answer.Absent(), ask("0.example.com", Family.IPV4));
    assertEquals(found("192.0.2.1"), ask("1.example.com", Family.IPV4));
  }

  @Test
  void aliasesThatGoInCirclesEnd() throws Exception {
    script(NAME, DnsStub.alias(NAME, 60, "a.example.org"));
    script("a.example.org", DnsStub.alias("a.example.org", 60, NAME));
    assertEquals(new Answer.Absent(), ask(NAME, Family.IPV4));
    script("b.example.org", DnsStub.alias("b.example.org", 60, "b.example.org"));
    assertEquals(new Answer.Absent(), ask("b.example.org", Family.IPV4));
  }

  @Test
  void noMoreAddressesAreTakenThanTheLimit() throws Exception {
    script(
        NAME,
        IntStream.rangeClosed(0, DnsAnswer.MAX_ADDRESSES)
            .mapToObj(i -> DnsStub.record(NAME, 60, "192.0.2." + i))
            .toArray(DnsStub.Line[]::new));
    assertEquals(
        DnsAnswer.MAX_ADDRESSES, ((Answer.Found) ask(NAME, Family.IPV4)).addresses().size());
  }

  @Test
  void whereToAskInsteadIsNotFollowed() throws Exception {
    try (DnsStub trap = DnsStub.start()) {
      trap.name(NAME, "192.0.2.1");
      stub.script(NAME, DnsStub.A, new DnsStub.Reply.Referral("ns.example.com", "127.0.0.1"));
      assertEquals(new Answer.Absent(), ask(NAME, Family.IPV4));
      assertEquals(1, stub.asked().size());
      assertEquals(List.of(), trap.asked());
    }
  }

  @Test
  void anAnswerCutShortIsAskedForAgainOverTcp() throws Exception {
    stub.script(
        NAME, DnsStub.A, new DnsStub.Reply.OverTcp(List.of(DnsStub.record(NAME, 60, "192.0.2.1"))));
    assertEquals(found("192.0.2.1"), ask(NAME, Family.IPV4));
    assertEquals(List.of(NAME + " A", NAME + " A tcp"), stub.asked());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5})
  void aServerThatDoesNotKnowIsFollowedByTheNext(int code) throws Exception {
    stub.script(NAME, DnsStub.A, new DnsStub.Reply.Code(code));
    try (DnsStub second = DnsStub.start()) {
      second.name(NAME, "192.0.2.1");
      assertEquals(
          found("192.0.2.1"), ask(NAME, Family.IPV4, List.of(stub.address(), second.address())));
    }
  }

  @Test
  void aServerThatKnowsThatThereIsNothingIsNot() throws Exception {
    try (DnsStub second = DnsStub.start()) {
      second.name(NAME, "192.0.2.1");
      assertEquals(
          new Answer.Absent(), ask(NAME, Family.IPV4, List.of(stub.address(), second.address())));
      assertEquals(List.of(), second.asked());
    }
  }

  @Test
  void aLostDatagramIsSentAgain() throws Exception {
    stub.script(
        NAME,
        DnsStub.A,
        new DnsStub.Reply.Silence(),
        DnsStub.answer(DnsStub.record(NAME, 60, "192.0.2.1")));
    assertEquals(found("192.0.2.1"), ask(NAME, Family.IPV4));
  }

  @Test
  void silenceIsATimeout() throws Exception {
    stub.script(NAME, DnsStub.A, new DnsStub.Reply.Silence());
    assertEquals(new Answer.TimedOut(), ask(NAME, Family.IPV4));
    assertEquals(DnsWalk.ROUNDS, stub.asked().size());
  }

  @Test
  void garbageIsNoAnswer() throws Exception {
    byte[] shortAddress = {1, 'a', 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 2, 1, 2};
    stub.script("a", DnsStub.A, new DnsStub.Reply.Raw(1, ByteBuffer.wrap(shortAddress)));
    assertEquals(new Answer.Absent(), ask("a", Family.IPV4));
    // The record says more octets than there are.
    byte[] cut = {1, 'b', 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2};
    stub.script("b", DnsStub.A, new DnsStub.Reply.Raw(1, ByteBuffer.wrap(cut)));
    assertTrue(!(ask("b", Family.IPV4) instanceof Answer.Found));
    // A name that points to itself.
    byte[] loop = {(byte) 0xc0, 19, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4};
    stub.script("c", DnsStub.A, new DnsStub.Reply.Raw(1, ByteBuffer.wrap(loop)));
    assertTrue(!(ask("c", Family.IPV4) instanceof Answer.Found));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u00e9b.example.org", "a b.example.org", "a\u0000b.example.org"})
  void anAliasToWhatIsNoHostNameHarmsNobody(String target) throws Exception {
    script(NAME, DnsStub.alias(NAME, 60, target));
    assertTrue(!(ask(NAME, Family.IPV4) instanceof Answer.Found));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"_dmarc.example.com", "xn--a.example.com", "a-.example.com", "xn--.example.com"})
  void oddNamesAreAskedForAsTheyAre(String name) throws Exception {
    stub.name(name, "192.0.2.1");
    assertEquals(found("192.0.2.1"), ask(name, Family.IPV4));
  }

  @Test
  void anAnswerIsKeptForTheShortestTimeOnTheWay() throws Exception {
    script(
        NAME,
        DnsStub.alias(NAME, 0, "a.example.org"),
        DnsStub.record("a.example.org", 3600, "192.0.2.1"));
    assertEquals(found("192.0.2.1"), ask(NAME, Family.IPV4));
    assertEquals(found("192.0.2.1"), ask(NAME, Family.IPV4));
    assertEquals(2, stub.asked().size());
    script("b.example.org", DnsStub.record("b.example.org", 60, "192.0.2.1"));
    assertEquals(found("192.0.2.1"), ask("b.example.org", Family.IPV4));
    assertEquals(found("192.0.2.1"), ask("b.example.org", Family.IPV4));
    assertEquals(3, stub.asked().size());
  }

  @Test
  void whatIsBeingAskedIsNotAskedTwice() throws Exception {
    stub.name(NAME, "192.0.2.1");
    EventLoop loop = loops.next();
    List<Future<Answer>> both =
        loop.submit(
                () ->
                    List.of(
                        dns.ask(Permits.name(NAME), Family.IPV4, List.of(stub.address()), loop),
                        dns.ask(Permits.name(NAME), Family.IPV4, List.of(stub.address()), loop)))
            .get();
    assertSame(both.getFirst(), both.getLast());
    assertEquals(
        found("192.0.2.1"), both.getFirst().get(DialBench.PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(1, stub.asked().size());
  }

  private static DnsStub.Line[] chain(int from, int to) {
    return Stream.concat(
            IntStream.range(from, to)
                .mapToObj(i -> DnsStub.alias(i + ".example.com", 60, (i + 1) + ".example.com")),
            Stream.of(DnsStub.record(to + ".example.com", 60, "192.0.2.1")))
        .toArray(DnsStub.Line[]::new);
  }

  private void script(String name, DnsStub.Line... records) {
    stub.script(name, DnsStub.A, DnsStub.answer(records));
  }

  private static Answer found(String... addresses) {
    return new Answer.Found(Stream.of(addresses).map(Permits::address).toList());
  }

  private Answer ask(String name, Family family) throws Exception {
    return ask(name, family, List.of(stub.address()));
  }

  private Answer ask(String name, Family family, List<InetSocketAddress> servers) throws Exception {
    EventLoop loop = loops.next();
    return loop.submit(() -> dns.ask(Permits.name(name), family, servers, loop))
        .get()
        .get(DialBench.PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
