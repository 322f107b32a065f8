package dev.sallyport.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.wire.WebSocketKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An extended CONNECT in a stream of its own.
class StreamRequestsTest {
  private final StreamRequests requests = new StreamRequests();
  private final EmbeddedChannel stream = new EmbeddedChannel(requests);

  @AfterEach
  void release() {
    stream.finishAndReleaseAll();
  }

  private HttpRequest ask(boolean last) {
    stream.writeInbound(
        new DefaultHttp2HeadersFrame(
            new DefaultHttp2Headers()
                .method("CONNECT")
                .add(":protocol", "websocket")
                .scheme("https")
                .authority("a.example")
                .path("/chat")
                .add("sec-websocket-key", "the client's"),
            last));
    HttpRequest request = stream.readInbound();
    assertInstanceOf(LastHttpContent.class, stream.readInbound());
    return request;
  }

  @Test
  void asksWithAKeyOfTheGatesOwn() {
    String key = ask(false).headers().get("sec-websocket-key");
    assertTrue(WebSocketKey.of(key).isPresent(), key);
    assertFalse(requests.isRequestDone());
  }

  @ParameterizedTest
  @CsvSource({"65535, true", "65536, true", "65537, false"})
  void readingPausesWhenMuchComesEarly(int octets, boolean reads) {
    assertEquals(StreamRequests.MAX_EARLY, 65536);
    ask(false);
    stream.writeInbound(new DefaultHttp2DataFrame(Unpooled.buffer().writeZero(octets)));
    assertEquals(reads, stream.config().isAutoRead());
    assertNull(stream.readInbound());
  }

  @Test
  void whatCameEarlyIsHandedOnInOrder() {
    ask(false);
    for (String part : new String[] {"a", "b"}) {
      stream.writeInbound(
          new DefaultHttp2DataFrame(
              Unpooled.copiedBuffer(part.getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
    }
    stream.pipeline().addLast(new StreamOctets());
    stream.pipeline().remove(requests);
    for (byte part : "ab".getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
      ByteBuf octets = stream.readInbound();
      assertEquals(part, octets.readByte());
      octets.release();
    }
  }

  @Test
  void theEndOfTheHalfMayComeWithTheHead() {
    ask(true);
    assertTrue(requests.isRequestDone());
  }
}
