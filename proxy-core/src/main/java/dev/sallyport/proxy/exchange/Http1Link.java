package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.wire.ResponseFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A connection to an origin that speaks HTTP/1.1.
public final class Http1Link implements OriginLink {
  private static final String FRAMING = "framing";
  private static final String DECODE = "decode";
  private static final String ENCODE = "encode";
  private static final String LINK = "link";

  private final Channel channel;
  private final Optional<Optional<String>> parent;
  private final ResponseFraming framing;
  private final Meter meter = new Meter();
  private @Nullable Reader reader;
  private boolean head;
  private int requests;

  /// @param channel a fresh connection with an empty pipeline
  /// @param parent present for a parent proxy, with the credentials that it asks for
  /// @param maxHead octets of an answer's head
  public Http1Link(Channel channel, Optional<Optional<String>> parent, int maxHead) {
    this.channel = channel;
    this.parent = parent;
    this.framing = new ResponseFraming(maxHead);
    HttpDecoderConfig strict =
        new HttpDecoderConfig().setMaxInitialLineLength(maxHead).setMaxHeaderSize(maxHead);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast("meter", meter);
    pipeline.addLast(FRAMING, framing);
    pipeline.addLast(
        DECODE,
        new HttpResponseDecoder(strict) {
          @Override
          protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return head || super.isContentAlwaysEmpty(message);
          }
        });
    pipeline.addLast(ENCODE, new TargetEncoder());
    pipeline.addLast(LINK, new Handler());
    channel.config().setAutoRead(true);
  }

  @Override
  public Channel channel() {
    return channel;
  }

  /// Octets that nobody asked for could answer the next request.
  @Override
  public boolean isOpen() {
    return channel.isActive() && reader == null && !framing.holdsOctets();
  }

  @Override
  public boolean isThroughParent() {
    return parent.isPresent();
  }

  @Override
  public boolean isReused() {
    return requests > 1;
  }

  @Override
  public long sent() {
    return meter.sent();
  }

  @Override
  public long received() {
    return meter.received();
  }

  @Override
  public void begin(UpstreamRequest request, Reader next) {
    reader = next;
    requests++;
    head = request.head().method().equals(HttpMethod.HEAD);
    framing.expect(asked(request));
    if (requests > 1) {
      framing.next();
    }
    HttpRequest up = parent.isPresent() ? request.forParent(parent.get()) : request.head();
    write(up);
    if (!channel.isActive()) {
      // It was closed while nobody listened, and will not say so again.
      channel.eventLoop().execute(this::gone);
    }
  }

  private ResponseFraming.Asked asked(UpstreamRequest request) {
    if (head) {
      return ResponseFraming.Asked.HEAD;
    }
    return request.webSocket().isPresent()
        ? ResponseFraming.Asked.UPGRADE
        : ResponseFraming.Asked.ANYTHING;
  }

  private void gone() {
    Reader waiting = reader;
    if (waiting != null) {
      waiting.closed();
    }
  }

  @Override
  public void nextAnswer() {
    framing.next();
  }

  @Override
  public void write(Object part) {
    channel.write(part, channel.voidPromise());
  }

  @Override
  public void release() {
    reader = null;
    channel.config().setAutoRead(true);
  }

  @Override
  public void leaveHttp() {
    reader = null;
    channel.config().setAutoRead(false);
    for (String name : List.of(LINK, ENCODE, DECODE)) {
      channel.pipeline().remove(name);
    }
  }

  @Override
  public void deliver() {
    channel.pipeline().remove(FRAMING);
  }

  @Override
  public void close() {
    channel.close();
  }

  private final class Handler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (reader == null) {
        // An answer that nobody asked for: the next request must not get it.
        if (message instanceof ByteBufHolder
            || !(message instanceof ByteBuf empty)
            || empty.isReadable()) {
          ctx.close();
        }
        ReferenceCountUtil.release(message);
        return;
      }
      reader.message(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      if (reader != null) {
        reader.readComplete();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (reader != null && ctx.channel().isWritable()) {
        reader.writable();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      // A close_notify ends an answer that has no length; some origins keep the connection open
      // until
      // they get ours, which the JDK's TLS 1.3 does not send by itself (RFC 8446 section 6.1).
      if (event instanceof ChannelInputShutdownEvent
          || (event instanceof SslCloseCompletionEvent closed && closed.isSuccess())) {
        ctx.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      gone();
    }

    /// A reset: said before the decoder takes the close for the end of an answer.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      gone();
      ctx.close();
    }
  }

  /// Writes the target octet by octet as it came; Netty would make UTF-8 of octets above ASCII.
  private static final class TargetEncoder extends HttpRequestEncoder {
    @Override
    protected void encodeInitialLine(ByteBuf out, HttpRequest request) {
      ByteBufUtil.writeAscii(out, request.method().name());
      out.writeByte(' ');
      out.writeCharSequence(request.uri(), StandardCharsets.ISO_8859_1);
      out.writeByte(' ');
      ByteBufUtil.writeAscii(out, request.protocolVersion().text());
      out.writeByte('\r').writeByte('\n');
    }
  }
}
