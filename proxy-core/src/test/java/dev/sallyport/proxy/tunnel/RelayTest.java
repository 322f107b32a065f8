package dev.sallyport.proxy.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Buffers;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel.Writable;
import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RelayTest implements Relay.Listener {
  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final OctetBudget.Share SHARE =
      new OctetBudget().of(InetAddress.getLoopbackAddress());

  private Uploads.Upload upload = Uploads.unlimited();
  private final List<String> ends = new ArrayList<>();
  private final DuplexEmbeddedChannel client = new DuplexEmbeddedChannel();
  private final DuplexEmbeddedChannel origin = new DuplexEmbeddedChannel();

  @Override
  public void ended(Reason end, Side side, long sent, long received) {
    ends.add(end.code() + " " + side.code() + " " + sent + " " + received);
  }

  private Relay relay(Duration idle) {
    origin.config().setAutoRead(false);
    Relay relay = new Relay(client, origin, idle, SHARE, upload, this);
    relay.install("relay");
    return relay;
  }

  private void run() {
    client.runPendingTasks();
    origin.runPendingTasks();
    client.runPendingTasks();
  }

  @Test
  void passesOctetsBothWays() {
    Relay relay = relay(IDLE);
    assertFalse(origin.config().isAutoRead());
    relay.startOrigin();
    assertTrue(origin.config().isAutoRead());
    client.writeInbound(Buffers.of("up"));
    origin.writeInbound(Buffers.of("down"));
    assertEquals("up", Buffers.written(origin));
    assertEquals("down", Buffers.written(client));
    client.close();
    run();
    assertEquals(List.of("done client 2 4"), ends);
    assertFalse(origin.isOpen());
  }

  @Test
  void passesTheEndOfTheClientsHalf() {
    relay(IDLE).startOrigin();
    client.writeInbound(Buffers.of("up"));
    client.endInput();
    run();
    assertEquals("up", Buffers.written(origin));
    assertTrue(origin.isOutputShutdown());
    assertTrue(origin.isOpen());
    origin.writeInbound(Buffers.of("down"));
    assertEquals("down", Buffers.written(client));
    origin.endInput();
    run();
    assertEquals(List.of("done origin 2 4"), ends);
    assertFalse(client.isOpen());
    assertFalse(origin.isOpen());
  }

  @Test
  void passesTheEndOfTheOriginsHalf() {
    relay(IDLE).startOrigin();
    origin.endInput();
    run();
    assertTrue(client.isOutputShutdown());
    client.writeInbound(Buffers.of("up"));
    assertEquals("up", Buffers.written(origin));
    client.endInput();
    run();
    assertEquals(List.of("done client 2 0"), ends);
  }

  /// The origin may end its half before anybody listens.
  @Test
  void noticesAHalfThatEndedBefore() {
    Relay relay = relay(IDLE);
    origin.shutdownInput();
    relay.startOrigin();
    run();
    assertTrue(client.isOutputShutdown());
    assertEquals(List.of(), ends);
    client.endInput();
    run();
    assertEquals(List.of("done client 0 0"), ends);
  }

  @Test
  void readsNoFasterThanTheOtherSideTakes() {
    relay(IDLE).startOrigin();
    origin.setWritable(Writable.NO);
    client.writeInbound(Buffers.of("up"));
    assertFalse(client.config().isAutoRead());
    assertTrue(origin.config().isAutoRead());
    origin.setWritable(Writable.YES);
    assertTrue(client.config().isAutoRead());
    client.setWritable(Writable.NO);
    origin.writeInbound(Buffers.of("down"));
    assertFalse(origin.config().isAutoRead());
    client.setWritable(Writable.YES);
    assertTrue(origin.config().isAutoRead());
    client.finishAndReleaseAll();
    origin.finishAndReleaseAll();
  }

  @Test
  void endsWithoutOctets() {
    relay(Duration.ofMillis(20)).startOrigin();
    Await.until(
        "it is idle",
        () -> {
          client.runScheduledPendingTasks();
          return !ends.isEmpty();
        });
    run();
    assertEquals(List.of("idle gate 0 0"), ends);
    assertFalse(client.isOpen());
    assertFalse(origin.isOpen());
  }

  @Test
  void octetsKeepItOpen() {
    client.freezeTime();
    relay(IDLE).startOrigin();
    client.advanceTimeBy(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    origin.writeInbound(Buffers.of("down"));
    client.runScheduledPendingTasks();
    assertEquals(List.of(), ends);
    client.finishAndReleaseAll();
    origin.finishAndReleaseAll();
  }

  @Test
  void saysOnceHowItEnded() {
    Relay relay = relay(IDLE);
    relay.startOrigin();
    relay.end(Reason.POLICY_CHANGED, Side.GATE);
    relay.end(Reason.DRAINED, Side.GATE);
    relay.refuse(Reason.NOT_TLS);
    client.pipeline().fireExceptionCaught(new IOException("reset"));
    client.close();
    origin.close();
    run();
    assertEquals(List.of("policy-changed gate 0 0"), ends);
  }

  @Test
  void aResetEndsIt() {
    relay(IDLE).startOrigin();
    origin.pipeline().fireExceptionCaught(new IOException("reset"));
    run();
    assertEquals(List.of("done origin 0 0"), ends);
    assertFalse(client.isOpen());
    assertFalse(origin.isOpen());
  }

  @Test
  void aRefusalLeavesTheClientOpen() {
    Relay relay = relay(IDLE);
    relay.refuse(Reason.SNI_MISMATCH);
    run();
    assertEquals(List.of("sni-mismatch gate 0 0"), ends);
    assertFalse(origin.isOpen());
    assertTrue(client.isOpen());
    ByteBuf late = Buffers.of("late");
    client.writeInbound(late);
    assertEquals(0, late.refCnt());
    client.close();
    run();
    assertEquals(1, ends.size());
  }
}
