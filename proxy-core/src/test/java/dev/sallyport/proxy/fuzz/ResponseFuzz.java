package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.exchange.Exchange;
import dev.sallyport.proxy.exchange.Http1Link;
import dev.sallyport.proxy.exchange.UpstreamRequest;
import dev.sallyport.proxy.fuzz.StrictHttp.Kind;
import dev.sallyport.proxy.fuzz.StrictHttp.Message;
import dev.sallyport.proxy.fuzz.StrictHttp.Rest;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.testing.Buffers;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Reason;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Answers of an origin, which may be any octets: a client that reads strictly gets one answer, and
/// it is the one that a strict reader finds in the origin's octets; or it gets no whole answer.
///
/// The lowest bits of the first octet say whether the request was HEAD and whether the client
/// speaks HTTP/1.0; the rest is what the origin sends before it closes.
public final class ResponseFuzz {
  private static final int HEAD = 1;
  private static final int HTTP_1_0 = 2;
  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final OctetBudget.Share SHARE =
      new OctetBudget().of(InetAddress.getLoopbackAddress());
  private static final Set<String> STAY_HERE =
      Set.of("alt-svc", "upgrade", "keep-alive", "trailer");

  private ResponseFuzz() {}

  /// What a client got and how the exchange ended.
  private record Outcome(String atClient, Exchange.End end) {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    if (octets.length == 0) {
      return;
    }
    boolean head = (octets[0] & HEAD) != 0;
    Exchange.ClientSide side =
        new Exchange.ClientSide((octets[0] & HTTP_1_0) != 0, (octets[0] & HTTP_1_0) == 0);
    byte[] answer = Arrays.copyOfRange(octets, 1, octets.length);
    Outcome outcome = exchange(head, side, answer, Cuts.NONE);
    assertSame(outcome, exchange(head, side, answer, Cuts.of(octets)));
    Kind kind = head ? Kind.ANSWERS_TO_HEAD : Kind.ANSWERS;
    StrictHttp.Reading atClient = StrictHttp.read(outcome.atClient(), kind);
    if (outcome.end().reason() != Reason.DONE) {
      assertFalse(outcome.end().keepsClient());
      assertFalse(outcome.end().keepsOrigin());
      return;
    }
    assertEquals(Rest.NOTHING, atClient.rest());
    Message passed = atClient.messages().getLast();
    assertTrue(passed.status() >= 200);
    assertEquals(passed.status(), outcome.end().status().orElseThrow());
    List<Message> strict = StrictHttp.read(Cuts.text(answer), kind).messages();
    assertFalse(strict.isEmpty(), "a strict reader takes no answer");
    Message meant = strict.getLast();
    assertEquals(meant.status(), passed.status());
    assertEquals(meant.body(), passed.body());
    for (StrictHttp.Field field : passed.fields()) {
      assertFalse(STAY_HERE.contains(field.name()), field::name);
    }
  }

  /// How much of a body that does not end well has passed depends on how it came.
  private static void assertSame(Outcome one, Outcome other) {
    assertEquals(one.end().reason(), other.end().reason());
    assertEquals(one.end().status(), other.end().status());
    assertEquals(one.end().keepsClient(), other.end().keepsClient());
    assertEquals(one.end().keepsOrigin(), other.end().keepsOrigin());
  }

  private static Outcome exchange(
      boolean head, Exchange.ClientSide side, byte[] answer, Cuts cuts) {
    DuplexEmbeddedChannel client = new DuplexEmbeddedChannel(new HttpResponseEncoder());
    DuplexEmbeddedChannel origin = new DuplexEmbeddedChannel();
    Ends ends = new Ends();
    HttpRequest request =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, head ? HttpMethod.HEAD : HttpMethod.GET, "http://a/");
    UpstreamRequest up =
        UpstreamRequest.of(request, Policies.http("a.example.com"), "/", "1.1 sallyport-fuzz");
    Exchange exchange = new Exchange(client, up, side, IDLE, SHARE, Uploads.unlimited(), ends);
    exchange.content(LastHttpContent.EMPTY_LAST_CONTENT);
    exchange.connect(new Http1Link(origin, Optional.empty(), ThroughTheGate.MAX_HEAD));
    for (byte[] segment : cuts.segments(answer)) {
      if (origin.isOpen()) {
        origin.writeInbound(Buffers.of(segment));
        origin.runPendingTasks();
      }
    }
    origin.close();
    origin.runPendingTasks();
    client.flush();
    String atClient = Buffers.written(client);
    for (DuplexEmbeddedChannel channel : List.of(origin, client)) {
      channel.close();
      channel.runPendingTasks();
      channel.releaseInbound();
      channel.releaseOutbound();
    }
    assertEquals(1, ends.all().size(), "an exchange ends once");
    return new Outcome(atClient, ends.all().getFirst());
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    String ok = "HTTP/1.1 200 OK\r\n";
    return List.of(
            "\u0000" + ok + "Content-Length: 2\r\n\r\nok",
            "\u0001" + ok + "Content-Length: 2\r\n\r\n",
            "\u0001" + ok + "Content-Length: 2\r\n\r\nok",
            "\u0002" + ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "\u0000"
                + ok
                + "Transfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\nok\r\n0\r\nX: y\r\n\r\n",
            "\u0000" + ok + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
            "\u0000"
                + ok
                + "Alt-Svc: h3\r\nUpgrade: h2c\r\nConnection: upgrade, x\r\nX: y\r\n\r\nend",
            "\u0000HTTP/1.0 200\r\nConnection: keep-alive\r\n\r\nuntil the end",
            "\u0000HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 002\r\n\r\nok",
            "\u0000HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\nHTTP/1.1 102 P\r\n\r\n" + ok + "\r\n",
            "\u0000HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n\u0081\u0000",
            "\u0000HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\nextra",
            "\u0000HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nextra",
            "\u0000HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n",
            "\u0000HTTP/1.0 205 Reset\r\n\r\nuntil the end",
            "\u0000HTTP/1.1 304 Not\r\nContent-Length: 99\r\n\r\n",
            "\u0000\r\n" + ok + "\r\n",
            "\u0000" + ok + "Content-Length: 2\r\n\r\nok" + ok + "Content-Length: 4\r\n\r\nevil",
            "\u0000" + ok + "A: b\r\n c\r\n\r\n",
            "\u0000" + ok + "Content-Length: 5\r\n\r\nok",
            "\u0000HTTP/2 200\r\n\r\n",
            "\u0000ICY 200 OK\r\n\r\n",
            "\u0000" + ok + "X: \u00e9\r\n\r\n")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }
}
