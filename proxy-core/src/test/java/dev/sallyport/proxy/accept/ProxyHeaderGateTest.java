package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.stage.Drain;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProxyHeaderGateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String LINE = "PROXY TCP4 192.0.2.7 198.51.100.1 5 443\r\n";

  private final List<String> told = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  ProxyHeaderGateTest() {
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            new ProxyHeaderGate(
                PATIENCE,
                new ProxyHeaderGate.Listener() {
                  @Override
                  public void named(Optional<InetSocketAddress> client) {
                    told.add(client.map(InetSocketAddress::toString).orElse("nobody"));
                  }

                  @Override
                  public void unnamed(String why) {
                    told.add(why);
                  }
                }));
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  private String passed() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
      text.append(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }
    return text.toString();
  }

  @Test
  void whatComesBehindPassesAndTheGateLeaves() {
    send(LINE + "CONN");
    assertEquals(List.of("/192.0.2.7:5"), told);
    send("ECT");
    assertEquals("CONNECT", passed());
    assertNull(channel.pipeline().get(ProxyHeaderGate.class));
  }

  @Test
  void octetByOctetIsTheSame() {
    for (int i = 0; i < LINE.length(); i++) {
      send(LINE.substring(i, i + 1));
    }
    assertEquals(List.of("/192.0.2.7:5"), told);
    assertEquals("", passed());
    channel.advanceTimeBy(PATIENCE.toMillis() + 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertTrue(channel.isOpen());
  }

  @Test
  void withoutOneNothingPasses() {
    send("GET http://a.example/ HTTP/1.1\r\n\r\n");
    send("more");
    assertEquals(
        List.of("the PROXY protocol header is missing, and this listener expects one"), told);
    assertEquals("", passed());
  }

  @Test
  void halfAHeaderIsCutShortByTime() {
    send("PROXY ");
    channel.advanceTimeBy(PATIENCE.toMillis() - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertEquals(List.of(), told);
    channel.advanceTimeBy(2, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertEquals(List.of("the PROXY protocol header is cut short"), told);
    send("UNKNOWN\r\n");
    assertEquals(1, told.size());
    assertFalse(channel.finish());
  }

  @Test
  void halfAHeaderIsCutShortByItsEnd() {
    send("PROXY ");
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertEquals(List.of("the PROXY protocol header is cut short"), told);
    assertFalse(channel.finish());
  }

  @Test
  void whoOnlyLooksIsClosedQuietly() {
    channel.advanceTimeBy(PATIENCE.toMillis() + 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertFalse(channel.isOpen());
    assertEquals(List.of(), told);
  }

  @Test
  void aGateThatStopsCloses() {
    channel.pipeline().fireUserEventTriggered(new Drain());
    assertFalse(channel.isOpen());
    assertEquals(List.of(), told);
  }
}
