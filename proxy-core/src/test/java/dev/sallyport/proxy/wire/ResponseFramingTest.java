package dev.sallyport.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseFramingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      })
  void passesStrictAnswers(String answer) {
    assertEquals(answer, read(answer, ResponseFraming.Asked.ANYTHING));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP/1.1 2000 OK\\r\\n\\r\\n | the status line is not
          HTTP/1.1 20x OK\\r\\n\\r\\n | the status is not three digits
          HTTP/1.1 099 OK\\r\\n\\r\\n | the status is not one of
          HTTP/1.1 600 OK\\r\\n\\r\\n | the status is not one of
          HTTP/1.2 200 OK\\r\\n\\r\\n | the status line is not
          HTTP/2 200 OK\\r\\n\\r\\n | the status line is not
          ICY 200 OK\\r\\n\\r\\n | the status line is not
          HTTP/1.1  200 OK\\r\\n\\r\\n | the status line is not
          HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\n\\r\\n | switches protocols without being asked
          HTTP/1.1 204 No\\r\\nContent-Length: 3\\r\\n\\r\\n | has no body
          HTTP/1.1 100 Go\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | has no body
          HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | stand together
          HTTP/1.0 205 Reset\\r\\n\\r\\n | has no body
          HTTP/1.1 205 Reset\\r\\nContent-Length: 3\\r\\n\\r\\n | has no body
          HTTP/1.1 205 Reset\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | has no body
          HTTP/1.1 103 Early\\r\\nContent-Length: 3\\r\\n\\r\\n | has no body
          \\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n | an empty line stands before the status line
          HTTP/1.1 200 OK\\r\\nA : b\\r\\n\\r\\n | a field name is not a token
          HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nContent-Length: 3\\r\\n\\r\\n | stands more than once
          HTTP/1.0 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | has no transfer codings
          HTTP/1.1 200 OK\\rX: y\\r\\n\\r\\n | a carriage return stands alone
          http/1.1 200 OK\\r\\n\\r\\n | the status line is not
          HTTP/1.1 200 OK\\nContent-Length: 0\\r\\n\\r\\n | a line feed stands alone
          HTTP/1.1 200 OK\\r\\nA: b\\r\\n c\\r\\n\\r\\n | a line is folded
          """)
  void refusesOthers(String escaped, String why) {
    String answer = escaped.replace("\\r", "\r").replace("\\n", "\n");
    assertTrue(
        read(answer, ResponseFraming.Asked.ANYTHING).endsWith(">")
            && read(answer, ResponseFraming.Asked.ANYTHING).contains(why),
        read(answer, ResponseFraming.Asked.ANYTHING));
  }

  @Test
  void anAnswerToHeadHasNoBodyWhateverItSays() {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    assertEquals(head, read(head + "extra", ResponseFraming.Asked.HEAD));
  }

  @Test
  void whatComesBehindAChangeOfProtocolIsHeld() {
    String head = "HTTP/1.1 101 Now\r\nUpgrade: websocket\r\n\r\n";
    assertEquals(head, read(head + "octets", ResponseFraming.Asked.UPGRADE));
    String old = read(head.replace("1.1", "1.0"), ResponseFraming.Asked.UPGRADE);
    assertTrue(old.contains("without being asked"), old);
    String body = head.replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\n");
    assertTrue(read(body, ResponseFraming.Asked.UPGRADE).contains("has no body"));
  }

  private static String read(String answer, ResponseFraming.Asked asked) {
    ResponseFraming framing = new ResponseFraming(1024);
    framing.expect(asked);
    EmbeddedChannel channel = new EmbeddedChannel(framing);
    channel.writeInbound(Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1));
    StringBuilder out = new StringBuilder();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      if (next instanceof ByteBuf buffer) {
        out.append(buffer.toString(StandardCharsets.ISO_8859_1));
        buffer.release();
      } else {
        out.append('<').append(next).append('>');
      }
    }
    channel.finishAndReleaseAll();
    return out.toString();
  }
}
