package dev.sallyport.proxy.http2;

import dev.sallyport.proxy.wire.Malformed;
import dev.sallyport.proxy.wire.StreamHead;
import dev.sallyport.proxy.wire.WebSocketKey;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/// One stream of a client's connection as one request and one answer: frames come in and go out,
/// `HttpRequest`, `HttpContent` and `HttpResponse` are what the rest of the pipeline sees. What is
/// not well formed becomes one [Malformed], and nothing of the stream is read any more.
public final class StreamRequests extends ChannelDuplexHandler {
  /// Octets that may come behind an extended CONNECT before reading pauses until it is answered.
  static final int MAX_EARLY = Http2Bounds.STREAM_WINDOW;

  private enum State {
    HEAD,
    BODY,
    /// Behind an extended CONNECT that nobody has agreed to yet.
    HELD,
    DONE,
    BROKEN
  }

  private final Queue<Http2DataFrame> early = new ArrayDeque<>(0);

  private final StreamWrites writes = new StreamWrites();
  private State state = State.HEAD;
  private final BodyLength length = new BodyLength();
  private long held;
  private boolean ended;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2HeadersFrame frame when state == State.HEAD -> head(ctx, frame);
      case Http2HeadersFrame frame when state == State.BODY -> trailers(ctx, frame);
      case Http2DataFrame frame when state == State.BODY -> body(ctx, frame);
      case Http2DataFrame frame when state == State.HELD -> hold(ctx, frame);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void head(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    StreamHead.Follows follows =
        frame.isEndStream() ? StreamHead.Follows.NOTHING : StreamHead.Follows.BODY;
    switch (StreamHead.read(frame.headers().iterator(), follows)) {
      case StreamHead.Wrong(String why) -> broken(ctx, why);
      case StreamHead.Upgrading(var request) -> upgrading(ctx, request, follows);
      case StreamHead.Read(var request, long said) -> {
        length.says(said);
        state = State.BODY;
        ctx.fireChannelRead(request);
        if (frame.isEndStream()) {
          end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
        }
      }
    }
  }

  /// What is read from now on are octets of the other protocol: they wait until this handler leaves
  /// the pipeline.
  private void upgrading(
      ChannelHandlerContext ctx, HttpRequest request, StreamHead.Follows follows) {
    state = State.HELD;
    request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_KEY, WebSocketKey.fresh().text());
    ctx.fireChannelRead(request);
    ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    if (follows == StreamHead.Follows.NOTHING) {
      hold(ctx, new DefaultHttp2DataFrame(true));
    }
  }

  private void hold(ChannelHandlerContext ctx, Http2DataFrame frame) {
    early.add(frame);
    ended = frame.isEndStream();
    held += frame.content().readableBytes();
    if (held > MAX_EARLY) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void release() {
    early.forEach(Http2DataFrame::release);
    early.clear();
  }

  /// The protocol has changed, or the stream is gone.
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      Http2DataFrame frame;
      while ((frame = early.poll()) != null) {
        ctx.fireChannelRead(frame);
      }
      ctx.fireChannelReadComplete();
    } else {
      release();
    }
  }

  private void body(ChannelHandlerContext ctx, Http2DataFrame frame) {
    ByteBuf octets = frame.content();
    if (!length.fits(frame)) {
      frame.release();
      broken(ctx, "the body is not as long as Content-Length says");
    } else if (frame.isEndStream()) {
      end(ctx, new DefaultLastHttpContent(octets));
    } else {
      ctx.fireChannelRead(new DefaultHttpContent(octets));
    }
  }

  /// They are checked and dropped: a field that was not judged with the head must not come in
  /// behind it.
  private void trailers(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    String objection = StreamHead.objectionToTrailers(frame.headers().iterator());
    if (!frame.isEndStream()) {
      broken(ctx, "a second head stands in the body");
    } else if (!objection.isEmpty()) {
      broken(ctx, objection);
    } else if (!length.isWhole()) {
      broken(ctx, "the body is not as long as Content-Length says");
    } else {
      end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  private void end(ChannelHandlerContext ctx, LastHttpContent last) {
    state = State.DONE;
    ctx.fireChannelRead(last);
  }

  private void broken(ChannelHandlerContext ctx, String why) {
    state = State.BROKEN;
    ctx.fireChannelRead(new Malformed(why));
  }

  /// Whether the request is whole.
  public boolean isRequestDone() {
    return state == State.DONE || ended;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      writes.head(ctx, fields(response));
      if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        ReferenceCountUtil.release(message);
        writes.writeHead(ctx);
        promise.trySuccess();
        return;
      }
    }
    switch (message) {
      case HttpContent part -> writes.content(ctx, part, promise);
      case HttpResponse head -> promise.trySuccess();
      default -> ctx.write(message, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    writes.writeHead(ctx);
    ctx.flush();
  }

  private static Http2Headers fields(HttpResponse response) {
    Http2Headers fields = new DefaultHttp2Headers().status(response.status().codeAsText());
    StreamFields.copy(response.headers(), fields);
    if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      // RFC 8441 section 5: a 2xx, and no answer to a key that the client did not send.
      fields.status(HttpResponseStatus.OK.codeAsText());
      fields.remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
    }
    return fields;
  }
}
