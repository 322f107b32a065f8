package dev.sallyport.proxy.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.testing.Buffers;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelloPeekTest implements HelloPeek.Listener {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<Object> told = new ArrayList<>();
  private final HelloPeek peek = peek(PATIENCE);
  private final DuplexEmbeddedChannel channel = open(peek);

  private HelloPeek peek(Duration patience) {
    return new HelloPeek(
        new ClientHelloReader(1024), Policies.https("tls.example.com").host(), patience, this);
  }

  private static DuplexEmbeddedChannel open(HelloPeek peek) {
    DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addLast(peek);
    return channel;
  }

  @Override
  public void opened(Opening opening) {
    told.add(opening);
  }

  @Override
  public void silent(HelloPeek.Silence how) {
    told.add(how);
  }

  private Opening.ServerNameSeen name() {
    assertEquals(1, told.size(), told::toString);
    return ((Opening.Tls) told.getFirst()).name();
  }

  private void pass() {
    ChannelHandlerContext ctx = channel.pipeline().context(peek);
    peek.pass(ctx);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void holdsBackUntilTheHelloIsWholeAndPassesItUnchanged(int step) {
    byte[] hello = Hello.to("tls.example.com");
    for (int at = 0; at < hello.length; at += step) {
      assertTrue(told.isEmpty());
      int end = Math.min(hello.length, at + step);
      channel.writeInbound(Buffers.of(java.util.Arrays.copyOfRange(hello, at, end)));
      assertEquals("", Buffers.read(channel));
    }
    assertEquals(Opening.ServerNameSeen.SAME, name());
    pass();
    assertEquals(new String(hello, StandardCharsets.ISO_8859_1), Buffers.read(channel));
    channel.writeInbound(Buffers.of("more"));
    assertEquals("more", Buffers.read(channel));
  }

  @ParameterizedTest
  @CsvSource({
    "tls.example.com, SAME",
    "TLS.EXAMPLE.COM, SAME",
    "tls.example.com., INVALID",
    "other.example.com, DIFFERENT",
    "192.0.2.1, INVALID",
    "a b, INVALID",
    "'tls.example.com:443', INVALID",
  })
  void comparesTheServerName(String sent, Opening.ServerNameSeen seen) {
    channel.writeInbound(Buffers.of(Hello.to(sent)));
    assertEquals(seen, name());
    channel.finishAndReleaseAll();
  }

  @Test
  void recordsWhatTheHelloShows() {
    channel.writeInbound(Buffers.of(Hello.encryptedBehind("Other.Example.com")));
    HelloFacts facts = ((Opening.Tls) told.getFirst()).facts();
    assertEquals("other.example.com", facts.serverName().orElseThrow());
    assertTrue(facts.encrypted());
    channel.finishAndReleaseAll();
  }

  @Test
  void tellsOtherOctetsApart() {
    channel.writeInbound(Buffers.of("GET / HTTP/1.1\r\n"));
    assertTrue(told.getFirst() instanceof Opening.Other, told::toString);
    channel.finishAndReleaseAll();
  }

  @Test
  void tellsAGarbledHelloApart() {
    channel.writeInbound(Buffers.of(Hello.garbled()));
    assertTrue(told.getFirst() instanceof Opening.Unreadable, told::toString);
    channel.finishAndReleaseAll();
  }

  /// Nothing of a refused opening is needed, so nothing of it is kept, however much still comes.
  @Test
  void keepsNothingOnceItHasTold() {
    channel.writeInbound(Buffers.of("SSH-2.0-test\r\n"));
    ByteBuf more = Buffers.of("x".repeat(100_000));
    channel.writeInbound(more);
    assertEquals(0, more.refCnt());
    assertEquals(1, told.size());
    assertEquals("", Buffers.read(channel));
    channel.finishAndReleaseAll();
  }

  @Test
  void waitsSoLongAndNoLonger() {
    channel.writeInbound(Buffers.of(new byte[] {22, 3, 1}));
    channel.advanceTimeBy(PATIENCE.toMillis() - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertTrue(told.isEmpty());
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertTrue(told.getFirst() instanceof Opening.Other, told::toString);
    channel.finishAndReleaseAll();
    assertEquals(1, told.size());
  }

  @Test
  void saysThatNothingCame() {
    channel.advanceTimeBy(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.close();
    assertEquals(List.of(HelloPeek.Silence.TIMED_OUT), told);
  }

  @Test
  void mayHaveNoBound() {
    DuplexEmbeddedChannel patient = open(peek(Duration.ZERO));
    patient.advanceTimeBy(1, TimeUnit.DAYS);
    patient.runScheduledPendingTasks();
    assertEquals(List.of(), told);
    patient.close();
    assertEquals(List.of(HelloPeek.Silence.GONE), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"half", "whole"})
  void saysThatTheClientLeft(String end) {
    if (end.equals("half")) {
      channel.endInput();
    }
    channel.close();
    assertEquals(List.of(HelloPeek.Silence.GONE), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"half", "whole"})
  void saysThatAHelloWasCutShort(String end) {
    channel.writeInbound(Buffers.of(new byte[] {22, 3, 1}));
    if (end.equals("half")) {
      channel.endInput();
    }
    channel.close();
    assertTrue(told.getFirst() instanceof Opening.Other, told::toString);
    assertEquals(1, told.size());
  }

  @Test
  void stopsItsClockWhenItLeaves() {
    channel.writeInbound(Buffers.of(Hello.to("tls.example.com")));
    pass();
    Buffers.read(channel);
    channel.advanceTimeBy(1, TimeUnit.DAYS);
    channel.runScheduledPendingTasks();
    assertEquals(1, told.size());
  }
}
