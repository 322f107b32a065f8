package dev.sallyport.proxy.exchange;

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
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An exchange between two embedded channels.
class ExchangeTest implements Exchange.Listener {
  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final OctetBudget.Share SHARE =
      new OctetBudget().of(InetAddress.getLoopbackAddress());
  private static final Exchange.ClientSide KEPT = new Exchange.ClientSide(false, true);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private Uploads.Upload upload = Uploads.unlimited();
  private final DuplexEmbeddedChannel client = new DuplexEmbeddedChannel(new HttpResponseEncoder());
  private final DuplexEmbeddedChannel origin = new DuplexEmbeddedChannel();
  private final OriginLink link = new Http1Link(origin, Optional.empty(), 1024);
  private final List<Exchange.End> ends = new ArrayList<>();
  private final List<OriginLink> changed = new ArrayList<>();

  @Override
  public void ended(Exchange.End end) {
    ends.add(end);
    client.flush();
  }

  @Override
  public void protocolChanged(OriginLink origin) {
    changed.add(origin);
    client.flush();
  }

  @AfterEach
  void release() {
    for (DuplexEmbeddedChannel channel : List.of(client, origin)) {
      channel.flush();
      channel.close();
      channel.releaseInbound();
      channel.releaseOutbound();
    }
  }

  private Exchange exchange(String method, String... fields) {
    return exchange(method, IDLE, fields);
  }

  private Exchange exchange(String method, Duration idle, String... fields) {
    HttpRequest head =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "http://a/");
    for (String field : fields) {
      String[] parts = field.split(": ", 2);
      head.headers().add(parts[0], parts[1]);
    }
    UpstreamRequest up =
        UpstreamRequest.of(head, Policies.http("a.example.com"), "/", "1.1 sallyport-1");
    return new Exchange(client, up, KEPT, idle, SHARE, upload, this);
  }

  private Exchange get() {
    Exchange exchange = exchange("GET");
    exchange.content(LastHttpContent.EMPTY_LAST_CONTENT);
    exchange.connect(link);
    return exchange;
  }

  private void say(String octets) {
    origin.writeInbound(Buffers.of(octets));
    origin.runPendingTasks();
  }

  private Exchange.End end() {
    assertEquals(1, ends.size(), ends::toString);
    return ends.getFirst();
  }

  @Test
  void sendsTheRequestAndPassesTheAnswer() {
    get();
    String sent = Buffers.written(origin);
    assertEquals("GET / HTTP/1.1\r\nhost: a.example.com\r\nvia: 1.1 sallyport-1\r\n\r\n", sent);
    say(OK);
    assertEquals(OK, Buffers.written(client));
    Exchange.End end = end();
    assertEquals(Reason.DONE, end.reason());
    assertEquals(200, end.status().getAsInt());
    assertEquals(sent.length(), end.sent());
    assertEquals(OK.length(), end.received());
    assertTrue(end.keepsClient());
    assertTrue(end.keepsOrigin());
    assertTrue(link.isOpen());
  }

  @Test
  void countsEachRequestOfAConnectionByItself() {
    get();
    String sent = Buffers.written(origin);
    say(OK);
    get();
    say(OK);
    assertEquals(2, ends.size());
    assertEquals(sent.length(), ends.get(1).sent());
    assertEquals(OK.length(), ends.get(1).received());
  }

  @Test
  void keepsWhatComesBeforeTheConnectionStands() {
    Exchange exchange = exchange("POST", "Content-Length: 4");
    exchange.content(new DefaultHttpContent(Buffers.of("ab")));
    exchange.connect(link);
    exchange.content(new DefaultLastHttpContent(Buffers.of("cd")));
    String sent = Buffers.written(origin);
    assertTrue(sent.contains("content-length: 4\r\n"), sent);
    assertTrue(sent.endsWith("\r\n\r\nabcd"), sent);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          204 No Content | Content-Length: 0 |
          205 Reset Content | Content-Length: 0 | content-length: 0
          304 Not Modified | Content-Length: 99 | Content-Length: 99
          200 OK | Content-Length: 00 | content-length: 0
          """)
  void tellsTheLengthAnew(String status, String length, @Nullable String told) {
    get();
    say("HTTP/1.1 " + status + "\r\n" + length + "\r\n\r\n");
    String field = told == null ? "" : told + "\r\n";
    assertEquals("HTTP/1.1 " + status + "\r\n" + field + "\r\n", Buffers.written(client));
    assertTrue(end().keepsOrigin());
  }

  @Test
  void dropsTrailersOnBothWays() {
    Exchange exchange = exchange("POST", "Transfer-Encoding: chunked");
    DefaultLastHttpContent last = new DefaultLastHttpContent(Buffers.of("ab"));
    last.trailingHeaders().set("X-Trailer", "1");
    exchange.connect(link);
    exchange.content(last);
    assertTrue(Buffers.written(origin).endsWith("2\r\nab\r\n0\r\n\r\n"));
    say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n");
    assertTrue(Buffers.written(client).endsWith("2\r\nok\r\n0\r\n\r\n"));
  }

  @Test
  void releasesWhatComesTooLate() {
    Exchange exchange = exchange("POST", "Content-Length: 4");
    ByteBuf early = Buffers.of("ab");
    exchange.content(new DefaultHttpContent(early));
    exchange.abort(Reason.CLIENT_GONE, Side.CLIENT);
    ByteBuf late = Buffers.of("cd");
    exchange.content(new DefaultLastHttpContent(late));
    assertEquals(0, early.refCnt());
    assertEquals(0, late.refCnt());
    exchange.connect(link);
    assertEquals("", Buffers.written(origin));
    assertEquals(Reason.CLIENT_GONE, end().reason());
  }

  @Test
  void readsNoFasterThanTheOriginTakes() {
    Exchange exchange = exchange("POST", "Content-Length: 4");
    exchange.connect(link);
    origin.setWritable(Writable.NO);
    exchange.content(new DefaultHttpContent(Buffers.of("ab")));
    assertFalse(client.config().isAutoRead());
    origin.setWritable(Writable.YES);
    assertTrue(client.config().isAutoRead());
  }

  @Test
  void readsNoFasterThanTheClientTakes() {
    Exchange exchange = get();
    client.setWritable(Writable.NO);
    say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
    assertFalse(origin.config().isAutoRead());
    client.setWritable(Writable.YES);
    exchange.clientWritable();
    assertTrue(origin.config().isAutoRead());
  }

  @Test
  void anEarlyAnswerEndsBothConnections() {
    Exchange exchange = exchange("POST", "Content-Length: 4");
    exchange.connect(link);
    exchange.content(new DefaultHttpContent(Buffers.of("ab")));
    say(OK.replace("200 OK", "413 Too Large"));
    assertTrue(Buffers.written(client).contains("connection: close\r\n"));
    assertFalse(end().keepsClient());
    assertFalse(end().keepsOrigin());
    assertFalse(origin.isOpen());
  }

  /// What an origin sends without being asked could answer the next request.
  @ParameterizedTest
  @ValueSource(strings = {"with the answer", "later"})
  void anAnswerThatNobodyAskedForEndsTheConnection(String when) {
    get();
    if (when.equals("later")) {
      say(OK);
      say(OK);
    } else {
      say(OK + OK);
    }
    assertEquals(1, ends.size());
    assertFalse(link.isOpen());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
      })
  void anOriginMayWantToClose(String answer) {
    get();
    say(answer);
    assertTrue(end().keepsClient());
    assertFalse(end().keepsOrigin());
    assertFalse(origin.isOpen());
  }

  @Test
  void theEndOfTheConnectionIsTheEndOfAnAnswerWithoutLength() {
    get();
    say("HTTP/1.1 200 OK\r\n\r\nall");
    assertEquals(List.of(), ends);
    origin.endInput();
    assertTrue(Buffers.written(client).endsWith("3\r\nall\r\n0\r\n\r\n"));
    assertEquals(Reason.DONE, end().reason());
    assertFalse(end().keepsOrigin());
  }

  @Test
  void aResetIsNot() {
    get();
    say("HTTP/1.1 200 OK\r\n\r\nnot all");
    origin.pipeline().fireExceptionCaught(new IOException("reset"));
    origin.close();
    assertFalse(Buffers.written(client).endsWith("0\r\n\r\n"));
    assertEquals(Reason.ORIGIN_PROTOCOL, end().reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"half", "whole"})
  void anOriginThatLeavesWithoutAnAnswerIsUnreachable(String how) {
    get();
    if (how.equals("half")) {
      origin.endInput();
    }
    origin.close();
    assertEquals(Reason.ORIGIN_UNREACHABLE, end().reason());
    assertEquals(Side.ORIGIN, end().side());
    assertTrue(end().status().isEmpty());
  }

  /// Nobody listens between two requests, so a close shows only when the next one is sent.
  @Test
  void noticesAConnectionThatWasClosedBefore() {
    get();
    say(OK);
    origin.close();
    Exchange second = get();
    origin.runPendingTasks();
    assertEquals(2, ends.size());
    assertEquals(Reason.ORIGIN_UNREACHABLE, ends.get(1).reason());
    assertTrue(second.isRepeatable());
  }

  @Test
  void aFirstRequestIsNotRepeated() {
    Exchange exchange = get();
    origin.close();
    assertEquals(Reason.ORIGIN_UNREACHABLE, end().reason());
    assertFalse(exchange.isRepeatable());
  }

  @Test
  void aRequestIsNotRepeatedOnceSomethingCame() {
    get();
    say(OK);
    Exchange second = get();
    say("HTTP/1.1 2");
    origin.close();
    assertEquals(Reason.ORIGIN_UNREACHABLE, ends.get(1).reason());
    assertFalse(second.isRepeatable());
  }

  @Test
  void aRepeatedRequestIsWhole() {
    get();
    say(OK);
    Exchange second = get();
    origin.close();
    DuplexEmbeddedChannel fresh = new DuplexEmbeddedChannel();
    Exchange again = second.again();
    Buffers.written(client);
    again.connect(new Http1Link(fresh, Optional.empty(), 1024));
    assertTrue(Buffers.written(fresh).startsWith("GET / HTTP/1.1\r\n"));
    fresh.writeInbound(Buffers.of(OK));
    assertEquals(OK, Buffers.written(client));
    assertTrue(ends.getLast().keepsOrigin());
    fresh.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"before", "within"})
  void givesUpWhenNothingMoves(String when) {
    Exchange exchange = exchange("GET", Duration.ofMillis(300));
    exchange.content(LastHttpContent.EMPTY_LAST_CONTENT);
    exchange.connect(link);
    if (when.equals("within")) {
      say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    }
    Await.until(
        "it is given up",
        () -> {
          origin.runScheduledPendingTasks();
          return !ends.isEmpty();
        });
    Reason reason = when.equals("within") ? Reason.IDLE : Reason.ORIGIN_TIMEOUT;
    assertEquals(reason, end().reason());
    assertEquals(Side.GATE, end().side());
    assertFalse(origin.isOpen());
  }

  @Test
  void saysOnceHowItEnded() {
    Exchange exchange = get();
    say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
    exchange.abort(Reason.POLICY_CHANGED, Side.GATE);
    exchange.abort(Reason.DRAINED, Side.GATE);
    exchange.closed();
    assertFalse(origin.isOpen());
    assertEquals(Reason.POLICY_CHANGED, end().reason());
    assertEquals(200, end().status().getAsInt());
  }

  @Test
  void aHeadRequestHasNoBodyWhateverItsFieldsSay() {
    Exchange exchange = exchange("HEAD");
    exchange.content(LastHttpContent.EMPTY_LAST_CONTENT);
    exchange.connect(link);
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    say(answer);
    assertEquals(answer, Buffers.written(client));
    assertTrue(end().keepsOrigin());
    get();
    say(OK);
    assertEquals(OK, Buffers.written(client));
  }

  @Test
  void passesTheInterimAnswersThatItKnows() {
    get();
    say("HTTP/1.1 102 Processing\r\nX: 1\r\n\r\nHTTP/1.1 100 Continue\r\nX: 1\r\n\r\n" + OK);
    origin.runPendingTasks();
    assertEquals("HTTP/1.1 100 Continue\r\n\r\n" + OK, Buffers.written(client));
  }
}
