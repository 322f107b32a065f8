package dev.sallyport.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/// A message of HTTP/1.1 as the frames of one stream. A head waits for what follows it, which may
/// be nothing: one frame then. On the connection's event loop.
final class StreamWrites {
  private @Nullable Http2Headers head;

  /// Takes a head; what waited before goes out.
  void head(ChannelHandlerContext ctx, Http2Headers next) {
    writeHead(ctx);
    head = next;
  }

  /// Sends the head, if one waits.
  void writeHead(ChannelHandlerContext ctx) {
    Http2Headers waiting = head;
    if (waiting != null) {
      head = null;
      ctx.write(new DefaultHttp2HeadersFrame(waiting, false));
    }
  }

  /// Sends a part of the body, which may be the last with trailers behind it.
  void content(ChannelHandlerContext ctx, HttpContent part, ChannelPromise promise) {
    if (part instanceof LastHttpContent last) {
      last(ctx, last, promise);
    } else {
      writeHead(ctx);
      ctx.write(new DefaultHttp2DataFrame(part.content()), promise);
    }
  }

  private void last(ChannelHandlerContext ctx, LastHttpContent last, ChannelPromise promise) {
    ByteBuf octets = last.content();
    boolean trailers = !last.trailingHeaders().isEmpty();
    Http2Headers waiting = head;
    if (waiting != null && !trailers && !octets.isReadable()) {
      head = null;
      last.release();
      ctx.write(new DefaultHttp2HeadersFrame(waiting, true), promise);
      return;
    }
    writeHead(ctx);
    if (!trailers) {
      ctx.write(new DefaultHttp2DataFrame(octets, true), promise);
      return;
    }
    Http2Headers behind = new DefaultHttp2Headers();
    StreamFields.copy(last.trailingHeaders(), behind);
    if (octets.isReadable()) {
      ctx.write(new DefaultHttp2DataFrame(octets));
    } else {
      last.release();
    }
    ctx.write(new DefaultHttp2HeadersFrame(behind, true), promise);
  }
}
