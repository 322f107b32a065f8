package dev.sallyport.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramingTest {
  private static final int MAX_HEAD = 256;
  private static final String GET = "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "GET http://example.com/ HTTP/1.0\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.0\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.1\r\nHost: other.example\r\n\r\n",
        "\r\nGET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "GET http://example.com/\u00e9 HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "POST http://example.com/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "POST http://example.com/ HTTP/1.1\r\nHost: a\r\ncontent-length:   3 \r\n\r\nabc",
        "POST http://example.com/ HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: Chunked\r\n\r\n"
            + "3\r\n"
            + "abc\r\n"
            + "0\r\n\r\n",
        "POST http://example.com/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "a;x=1;y=\"2\"\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n",
      })
  void passesStrictMessagesUnchanged(String message) {
    String expected = message.startsWith("\r\n") ? message.substring(2) : message;
    assertEquals(expected, passed(message));
    assertEquals(expected, passedOctetByOctet(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET http://example.com/ HTTP/1.1\\nHost: a\\r\\n\\r\\n | a line feed stands alone
          GET http://example.com/ HTTP/1.1\\rHost: a\\r\\n\\r\\n | a carriage return stands alone
          GET  http://example.com/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET http://example.com/  HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET http://example.com/ HTTP/1.2\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET http://example.com/ HTTP/1.10\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET http://example.com/ HTTP/2.0\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET http://example.com/\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          G@T http://example.com/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET http://exa\\tmple.com/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | the start line holds a control octet
          GET http://example.com/ HTTP/1.1\\r\\n Host: a\\r\\n\\r\\n | a line is folded
          GET http://example.com/ HTTP/1.1\\r\\nHost: a\\r\\n b\\r\\n\\r\\n | a line is folded
          GET http://example.com/ HTTP/1.1\\r\\nHost : a\\r\\n\\r\\n | a field name is not a token
          GET http://example.com/ HTTP/1.1\\r\\n: a\\r\\n\\r\\n | a field name is not a token
          GET http://example.com/ HTTP/1.1\\r\\nHost\\r\\n\\r\\n | a field line has no colon
          GET http://example.com/ HTTP/1.1\\r\\nHost: a\\u0000b\\r\\n\\r\\n | a field value holds a control octet
          GET http://example.com/ HTTP/1.1\\r\\nX: a\\r\\n\\r\\n | there must be one Host field
          GET http://example.com/ HTTP/1.1\\r\\nHost: a\\r\\nHost: a\\r\\n\\r\\n | there must be one Host field
          GET a HTTP/1.1\\r\\nHost: a, b\\r\\n\\r\\n | the Host field holds what no host has
          GET a HTTP/1.1\\r\\nHost: a/b\\r\\n\\r\\n | the Host field holds what no host has
          GET a HTTP/1.1\\r\\nHost: u@a\\r\\n\\r\\n | the Host field holds what no host has
          GET a HTTP/1.0\\r\\nHost: a\\b\\r\\n\\r\\n | the Host field holds what no host has
          CONNECT a:1 HTTP/1.1\\r\\nHost: a#\\r\\n\\r\\n | the Host field holds what no host has
          GET a http/1.1\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET a HTTP/0.9\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET a HTTP/1.1 \\r\\nHost: a\\r\\n\\r\\n | the request line is not
          GET a b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | the request line is not
          PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n | the request line is not
          GET a HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | Transfer-Encoding stands more
          GET a HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: identity\\r\\n\\r\\n | the only transfer coding
          GET a HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding:\\r\\n\\r\\n | the only transfer coding
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1\\r\\n\\r\\n | Content-Length is not a plain
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1_0\\r\\n\\r\\n | Content-Length is not a plain
          CONNECT a:1 HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0\\r\\n\\r\\n | CONNECT has no body
          CONNECT a:1 HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | CONNECT has no body
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length: 1\\r\\n\\r\\n | Content-Length stands more
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1, 1\\r\\n\\r\\n | Content-Length is not a plain
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +1\\r\\n\\r\\n | Content-Length is not a plain
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0x1\\r\\n\\r\\n | Content-Length is not a plain
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:\\r\\n\\r\\n | Content-Length is not a plain
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1234567890123456789\\r\\n\\r\\n | Content-Length is not a plain
          GET a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | stand together
          GET a HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n | the only transfer coding
          GET a HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n | the only transfer coding
          GET a HTTP/1.0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | HTTP/1.0 has no transfer codings
          \\r\\n\\r\\nGET a HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | empty lines stand before
          \\u0016\\u0003\\u0001 | the start line holds a control octet
          """)
  void refusesWhatCouldBeReadTwice(String escaped, String why) {
    String message = unescape(escaped);
    assertTrue(malformed(message).contains(why), malformed(message));
    assertEquals(malformed(message), malformedOctetByOctet(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          \\r\\n | a chunk has no size
          g\\r\\n | a chunk has no size
          3x\\r\\n | a chunk size is not hexadecimal
          3 \\r\\n | a chunk size is not hexadecimal
          3\\n | a chunk size is not hexadecimal
          3\\r\\nabcX | a chunk does not end in CRLF
          3\\r\\nabc\\rX | a chunk does not end in CRLF
          3\\rX | a chunk does not end in CRLF
          0000000000000001 | a chunk size has more than 15 digits
          80000000 | a chunk is larger than 2147483647 octets
          FFFFFFFFFFFFFFFF | a chunk is larger than 2147483647 octets
          +5\\r\\n | a chunk has no size
          0x5\\r\\n | a chunk size is not hexadecimal
          5_0\\r\\n | a chunk size is not hexadecimal
          3\\r\\nabc\\n | a chunk does not end in CRLF
          0\\r\\n\\n | a trailer name is not a token
          0\\r\\nX\\r\\n | a trailer name is not a token
          0\\r\\n: x\\r\\n | a trailer name is not a token
          3;\\r\\n | a chunk extension is not `name=value`
          3;a=\\r\\n | a chunk extension is not `name=value`
          3;a="b\\r\\n | a chunk extension is not `name=value`
          3 ;a\\r\\n | a chunk size is not hexadecimal
          3;a =b\\r\\n | a chunk extension is not `name=value`
          3;a="b"c\\r\\n | a chunk extension is not `name=value`
          3;a\\n | a chunk extension holds a control octet
          0\\r\\nX Y: 1\\r\\n\\r\\n | a trailer name is not a token
          0\\r\\n X: 1\\r\\n\\r\\n | a trailer name is not a token
          0\\r\\nX: \\u0000\\r\\n\\r\\n | a trailer holds a control octet
          0\\r\\n\\rX | a chunk does not end in CRLF
          """)
  void refusesChunksThatCouldBeReadTwice(String escaped, String why) {
    String message =
        "POST http://example.com/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + unescape(escaped);
    assertTrue(malformed(message).contains(why), malformed(message));
  }

  @Test
  void takesAHeadAtTheLimitAndRefusesOnePastIt() {
    assertFalse(passed(headOf(MAX_HEAD)).isEmpty());
    assertTrue(malformed(headOf(MAX_HEAD + 1)).contains("longer than 256 octets"));
  }

  @Test
  void takesAChunkLineAtTheLimitAndRefusesOnePastIt() {
    String head = "POST a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    String atLimit = "1;" + "x".repeat(FramingGate.MAX_CHUNK_LINE) + "\r\na\r\n0\r\n\r\n";
    String past = "1;" + "x".repeat(FramingGate.MAX_CHUNK_LINE + 1) + "\r\na\r\n0\r\n\r\n";
    assertEquals(head + atLimit, passed(head + atLimit));
    assertTrue(malformed(head + past).contains("a chunk line is longer"));
  }

  @Test
  void takesTrailersAtTheLimitAndRefusesThemPastIt() {
    String head = "POST a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
    // The octets of `X:`, of the line end and of the last empty line count.
    String atLimit = "X:" + "y".repeat(FramingGate.MAX_TRAILERS - 6) + "\r\n\r\n";
    String past = "X:" + "y".repeat(FramingGate.MAX_TRAILERS - 5) + "\r\n\r\n";
    assertEquals(head + atLimit, passed(head + atLimit));
    assertTrue(malformed(head + past).contains("the trailers are longer"));
  }

  @Test
  void holdsTheNextRequestUntilAskedForIt() {
    RequestFraming framing = new RequestFraming(MAX_HEAD);
    EmbeddedChannel channel = new EmbeddedChannel(framing);
    channel.writeInbound(octets(GET + "\r\n" + GET + "X: 2\r\n\r\n"));
    assertEquals(GET + "\r\n", drain(channel));
    assertTrue(framing.holdsOctets());
    framing.next();
    channel.runPendingTasks();
    assertEquals(GET + "X: 2\r\n\r\n", drain(channel));
    assertFalse(framing.holdsOctets());
    channel.finishAndReleaseAll();
  }

  @Test
  void stopsReadingWhenTooMuchWaits() {
    RequestFraming framing = new RequestFraming(MAX_HEAD);
    EmbeddedChannel channel = new EmbeddedChannel(framing);
    channel.writeInbound(octets(GET + "\r\n"));
    channel.writeInbound(octets("x".repeat(FramingGate.MAX_WAITING)));
    assertTrue(channel.config().isAutoRead());
    channel.writeInbound(octets("x"));
    assertFalse(channel.config().isAutoRead());
    framing.next();
    assertTrue(channel.config().isAutoRead());
    channel.finishAndReleaseAll();
  }

  /// A decoder asks for more when it made no message of what came; while octets wait it must not,
  /// or turning reading off would mean nothing.
  @Test
  void readsNoMoreWhileOctetsWait() {
    List<Object> reads = new ArrayList<>();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext ctx) {
                reads.add(ctx);
                ctx.read();
              }
            },
            new RequestFraming(MAX_HEAD));
    channel.writeInbound(octets("CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n"));
    channel.config().setAutoRead(false);
    reads.clear();
    channel.writeInbound(octets("\u0016\u0003\u0001"));
    channel.writeInbound(octets("x".repeat(FramingGate.MAX_WAITING)));
    assertEquals(List.of(), reads);
    channel.finishAndReleaseAll();
  }

  /// Whoever moves the message in flight may turn reading on while too much waits.
  @Test
  void stopsReadingAgainAndAgain() {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestFraming(MAX_HEAD));
    channel.writeInbound(octets(GET + "\r\n"));
    for (int i = 0; i < 3; i++) {
      channel.config().setAutoRead(true);
      channel.writeInbound(octets("x".repeat(FramingGate.MAX_WAITING + 1)));
      assertFalse(channel.config().isAutoRead());
    }
    channel.finishAndReleaseAll();
  }

  @Test
  void keepsWhatWaitsWhenTheInputEnds() {
    RequestFraming framing = new RequestFraming(MAX_HEAD);
    EmbeddedChannel channel = new EmbeddedChannel(framing);
    channel.writeInbound(octets(GET + "\r\n" + GET + "\r\n" + GET + "\r\n"));
    assertEquals(GET + "\r\n", drain(channel));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    for (int i = 0; i < 2; i++) {
      framing.next();
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      channel.runPendingTasks();
      assertEquals(GET + "\r\n", drain(channel));
    }
    assertFalse(framing.holdsOctets());
    channel.finishAndReleaseAll();
  }

  @Test
  void knowsHowFarAMessageHasCome() {
    RequestFraming framing = new RequestFraming(MAX_HEAD);
    EmbeddedChannel channel = new EmbeddedChannel(framing);
    assertFalse(framing.isWithinHead());
    channel.writeInbound(octets("POST a HTTP/1.1\r\n"));
    assertTrue(framing.isWithinHead());
    channel.writeInbound(octets("Host: a\r\nContent-Length: 3\r\n\r\n"));
    assertFalse(framing.isWithinHead());
    assertTrue(framing.isWithinBody());
    channel.writeInbound(octets("abc"));
    assertFalse(framing.isWithinBody());
    framing.next();
    channel.runPendingTasks();
    channel.writeInbound(
        octets("POST a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0"));
    assertTrue(framing.isWithinBody());
    channel.writeInbound(octets("\r\n\r\n"));
    assertFalse(framing.isWithinBody());
    channel.finishAndReleaseAll();
  }

  @Test
  void handsOnWhatFollowsAConnectOnlyWhenItLeaves() {
    RequestFraming framing = new RequestFraming(MAX_HEAD);
    EmbeddedChannel channel = new EmbeddedChannel(framing);
    String connect = "CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n";
    channel.writeInbound(octets(connect + "\u0016\u0003\u0001"));
    assertEquals(connect, drain(channel));
    channel.pipeline().remove(framing);
    assertEquals("\u0016\u0003\u0001", drain(channel));
    channel.finishAndReleaseAll();
  }

  @Test
  void readsNothingMoreBehindWhatItRefused() {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestFraming(MAX_HEAD));
    channel.writeInbound(octets("nonsense\r\n" + GET + "\r\n"));
    channel.writeInbound(octets(GET + "\r\n"));
    assertEquals(1, messages(channel).size());
    channel.finishAndReleaseAll();
  }

  private static String headOf(int octets) {
    String start = GET + "X: ";
    return start + "y".repeat(octets - start.length() - 4) + "\r\n\r\n";
  }

  private static String passed(String message) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestFraming(MAX_HEAD));
    channel.writeInbound(octets(message));
    String out = drain(channel);
    channel.finishAndReleaseAll();
    return out;
  }

  private static String passedOctetByOctet(String message) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestFraming(MAX_HEAD));
    message.chars().forEach(c -> channel.writeInbound(octets(String.valueOf((char) c))));
    String out = drain(channel);
    channel.finishAndReleaseAll();
    return out;
  }

  private static String malformed(String message) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestFraming(MAX_HEAD));
    channel.writeInbound(octets(message));
    return last(channel);
  }

  private static String malformedOctetByOctet(String message) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestFraming(MAX_HEAD));
    message.chars().forEach(c -> channel.writeInbound(octets(String.valueOf((char) c))));
    return last(channel);
  }

  private static String last(EmbeddedChannel channel) {
    List<Object> messages = messages(channel);
    channel.finishAndReleaseAll();
    return messages.isEmpty()
        ? "nothing"
        : messages.getLast() instanceof Malformed(String why) ? why : "passed";
  }

  private static List<Object> messages(EmbeddedChannel channel) {
    List<Object> all = new ArrayList<>();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      if (next instanceof ByteBuf buffer) {
        buffer.release();
      }
      all.add(next);
    }
    return all;
  }

  private static String drain(EmbeddedChannel channel) {
    StringBuilder out = new StringBuilder();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      if (next instanceof ByteBuf buffer) {
        out.append(buffer.toString(StandardCharsets.ISO_8859_1));
        buffer.release();
      } else {
        out.append('<').append(next).append('>');
      }
    }
    return out.toString();
  }

  private static ByteBuf octets(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  private static String unescape(String escaped) {
    return escaped
        .replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\u0000", "\u0000")
        .replace("\\u0016", "\u0016")
        .replace("\\u0003", "\u0003")
        .replace("\\u0001", "\u0001");
  }
}
