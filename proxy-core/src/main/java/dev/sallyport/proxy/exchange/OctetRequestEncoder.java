package dev.sallyport.proxy.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;

/// Writes a request line with the octets that were read and judged. Netty's own writes the target
/// in UTF-8, so that each octet above ASCII, which the decoder read as one character, would go up
/// as two others.
final class OctetRequestEncoder extends HttpRequestEncoder {
  @Override
  protected void encodeInitialLine(ByteBuf into, HttpRequest request) {
    String line =
        request.method().name()
            + " "
            + request.uri()
            + " "
            + request.protocolVersion().text()
            + "\r\n";
    into.writeCharSequence(line, ISO_8859_1);
  }
}
