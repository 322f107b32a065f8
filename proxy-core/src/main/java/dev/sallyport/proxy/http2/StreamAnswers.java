package dev.sallyport.proxy.http2;

import dev.sallyport.proxy.wire.AnswerHead;
import dev.sallyport.proxy.wire.Malformed;
import dev.sallyport.proxy.wire.StreamHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;

/// One stream of an origin's connection as one request and its answers: `HttpRequest` and
/// `HttpContent` go in, `HttpResponse` and `HttpContent` come out. What is not well formed becomes
/// one [Malformed], and nothing of the stream is read any more.
public final class StreamAnswers extends ChannelDuplexHandler {
  private enum State {
    HEAD,
    BODY,
    DONE
  }

  private final StreamWrites writes = new StreamWrites();
  private State state = State.HEAD;
  private boolean headRequest;
  private final BodyLength length = new BodyLength();

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2HeadersFrame frame when state == State.HEAD -> head(ctx, frame);
      case Http2HeadersFrame frame when state == State.BODY -> trailers(ctx, frame);
      case Http2DataFrame frame when state == State.BODY -> body(ctx, frame);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void head(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    StreamHead.Follows follows =
        frame.isEndStream() ? StreamHead.Follows.NOTHING : StreamHead.Follows.BODY;
    switch (AnswerHead.read(frame.headers().iterator(), follows, headRequest)) {
      case AnswerHead.Wrong(String why) -> broken(ctx, why);
      case AnswerHead.Interim(var response) -> {
        ctx.fireChannelRead(response);
        ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
      }
      case AnswerHead.Read(var response, long said) -> {
        length.says(said);
        state = State.BODY;
        ctx.fireChannelRead(response);
        if (frame.isEndStream()) {
          end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
        }
      }
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

  private void trailers(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    String objection = StreamHead.objectionToTrailers(frame.headers().iterator());
    if (!frame.isEndStream() || !objection.isEmpty() || !length.isWhole()) {
      broken(ctx, "the trailers are not in order");
      return;
    }
    LastHttpContent last = new DefaultLastHttpContent();
    for (Map.Entry<CharSequence, CharSequence> field : frame.headers()) {
      last.trailingHeaders().add(field.getKey(), field.getValue().toString());
    }
    end(ctx, last);
  }

  private void end(ChannelHandlerContext ctx, LastHttpContent last) {
    state = State.DONE;
    ctx.fireChannelRead(last);
  }

  private void broken(ChannelHandlerContext ctx, String why) {
    state = State.DONE;
    ctx.fireChannelRead(new Malformed(why));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    switch (message) {
      case HttpRequest request -> {
        headRequest = request.method().equals(HttpMethod.HEAD);
        writes.head(ctx, fields(request));
        promise.trySuccess();
      }
      case HttpContent part -> writes.content(ctx, part, promise);
      default -> ctx.write(message, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    writes.writeHead(ctx);
    ctx.flush();
  }

  private static Http2Headers fields(HttpRequest request) {
    Http2Headers fields =
        new DefaultHttp2Headers()
            .method(request.method().name())
            .scheme("https")
            .authority(String.valueOf(request.headers().get(HttpHeaderNames.HOST)))
            .path(request.uri());
    StreamFields.copy(request.headers(), fields);
    return fields;
  }
}
