package dev.sallyport.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.proxy.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SniHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where Netty as it comes is more lenient than a gate may be: each test shows that Netty takes
/// what ours refuses, so it fails when our own handler is taken away, and tells when Netty has
/// caught up.
class NettyTrapsTest {
  private static final int MAX_HEAD = 64 * 1024;
  private static final String GET = "GET http://a/ HTTP/1.1\r\nHost: a\r\n";
  private static final String POST = "POST http://a/ HTTP/1.1\r\nHost: a\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET + "X: a\r\n b\r\n\r\n",
        GET + "Host: b\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET  http://a/   HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.9\r\nHost: a\r\n\r\n",
        "\r\n\r\n \t" + GET + "\r\n",
        POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
      })
  void requestsThatTheDecoderAloneTakes(String request) {
    assertTrue(takes(new HttpRequestDecoder(), request), "Netty has caught up");
    EmbeddedChannel gate =
        new EmbeddedChannel(new RequestFraming(MAX_HEAD), new HttpRequestDecoder());
    gate.writeInbound(Buffers.of(request));
    assertInstanceOf(Malformed.class, gate.readInbound());
    gate.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1   200   OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 99 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 205 Reset\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n",
      })
  void answersThatTheDecoderAloneTakes(String answer) {
    assertTrue(takes(new HttpResponseDecoder(), answer), "Netty has caught up");
    EmbeddedChannel gate =
        new EmbeddedChannel(new ResponseFraming(MAX_HEAD), new HttpResponseDecoder());
    gate.writeInbound(Buffers.of(answer));
    assertInstanceOf(Malformed.class, gate.readInbound());
    gate.finishAndReleaseAll();
  }

  /// Equal lengths are refused by Netty too since 4.1.60; this holds when somebody sets that off.
  @ParameterizedTest
  @ValueSource(strings = {"5\r\nContent-Length: 5", "5\r\nContent-Length: 6", "5, 5"})
  void twoLengthsAreRefusedWhateverTheDecoderIsSetTo(String lengths) {
    EmbeddedChannel gate = new EmbeddedChannel(new RequestFraming(MAX_HEAD));
    gate.writeInbound(Buffers.of(POST + "Content-Length: " + lengths + "\r\n\r\nhello"));
    assertInstanceOf(Malformed.class, gate.readInbound());
    gate.finishAndReleaseAll();
  }

  /// Netty's decoder makes messages of all that has come; who answers slowly holds them all.
  @Test
  void oneRequestIsInFlightHoweverManyArePipelined() {
    String many = (GET + "\r\n").repeat(500);
    assertEquals(500, requests(new EmbeddedChannel(new HttpRequestDecoder()), many));
    assertEquals(
        1,
        requests(
            new EmbeddedChannel(new RequestFraming(MAX_HEAD), new HttpRequestDecoder()), many));
  }

  /// Netty's own handler waits for hellos of up to 64 KiB, and for ever.
  @Test
  void aHelloThatNeverEndsIsCutShort() {
    int octets = 2 * ClientHelloReader.DEFAULT_MAX_OCTETS;
    ByteBuf hello = Buffers.of(new byte[octets + 9]);
    // One handshake record after the other, of a ClientHello that claims to have 60,000 octets.
    hello.setBytes(0, new byte[] {22, 3, 1, 0x40, 0, 1, 0, (byte) 0xea, 0x60});
    hello.setBytes(5 + 0x4000, new byte[] {22, 3, 1, 0x40, 0});
    ClientHelloReader.Result verdict =
        new ClientHelloReader(ClientHelloReader.DEFAULT_MAX_OCTETS).read(hello);
    assertInstanceOf(ClientHelloReader.Malformed.class, verdict);
    EmbeddedChannel netty =
        new EmbeddedChannel(
            new SniHandler(
                (name, promise) -> {
                  throw new AssertionError("there is no name yet");
                }));
    netty.writeInbound(hello);
    assertTrue(netty.isOpen(), "Netty has caught up");
    netty.finishAndReleaseAll();
  }

  private static boolean takes(ChannelHandler decoder, String message) {
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    channel.writeInbound(Buffers.of(message));
    List<Object> all = messages(channel);
    assertFalse(all.isEmpty());
    return all.stream()
        .allMatch(each -> each instanceof HttpObject part && part.decoderResult().isSuccess());
  }

  private static int requests(EmbeddedChannel channel, String octets) {
    channel.writeInbound(Buffers.of(octets));
    return (int) messages(channel).stream().filter(HttpRequest.class::isInstance).count();
  }

  private static List<Object> messages(EmbeddedChannel channel) {
    List<Object> all = new ArrayList<>();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      ReferenceCountUtil.release(next);
      all.add(next);
    }
    channel.finishAndReleaseAll();
    return all;
  }
}
