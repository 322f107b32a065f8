package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.wire.Malformed;
import dev.sallyport.proxy.wire.ResponseFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection to an origin: one request at a time, its answer handed to whoever asked.
public final class OriginLink {
  /// Takes what comes from the origin, on the event loop.
  interface Reader {
    /// `HttpResponse`, `HttpContent` or [Malformed]; the taker releases it.
    void message(Object message);

    /// What was read together is handed over.
    void readComplete();

    /// The origin's side is writable again.
    void writable();

    /// The connection is gone.
    void closed();
  }

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
  public OriginLink(Channel channel, Optional<Optional<String>> parent, int maxHead) {
    this.channel = channel;
    this.parent = parent;
    this.framing = new ResponseFraming(maxHead);
    HttpDecoderConfig strict =
        new HttpDecoderConfig().setMaxInitialLineLength(maxHead).setMaxHeaderSize(maxHead);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast("meter", meter);
    pipeline.addLast("framing", framing);
    pipeline.addLast(
        "decode",
        new HttpResponseDecoder(strict) {
          @Override
          protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return head || super.isContentAlwaysEmpty(message);
          }
        });
    pipeline.addLast("encode", new TargetEncoder());
    pipeline.addLast("link", new Handler());
    channel.config().setAutoRead(true);
  }

  Channel channel() {
    return channel;
  }

  /// Whether a further request can be sent. Octets that nobody asked for could answer it.
  public boolean isOpen() {
    return channel.isActive() && reader == null && !framing.holdsOctets();
  }

  /// Whether a parent proxy answers on it.
  boolean isThroughParent() {
    return parent.isPresent();
  }

  /// Whether a request was answered on it before.
  boolean isReused() {
    return requests > 1;
  }

  /// Octets written so far.
  long sent() {
    return meter.sent;
  }

  /// Octets read so far.
  long received() {
    return meter.received;
  }

  void begin(UpstreamRequest request, Reader next) {
    reader = next;
    requests++;
    head = request.head().method().equals(HttpMethod.HEAD);
    framing.expectHead(head);
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

  private void gone() {
    Reader waiting = reader;
    if (waiting != null) {
      waiting.closed();
    }
  }

  /// Lets the answer behind an interim one come.
  void nextAnswer() {
    framing.next();
  }

  /// Writes a part of the request; a failed write closes the connection, which the reader hears of.
  void write(Object part) {
    channel.write(part, channel.voidPromise());
  }

  /// Gives the connection back after a whole answer.
  void release() {
    reader = null;
  }

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
      if (event instanceof ChannelInputShutdownEvent) {
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

  /// Counts what really goes over the wire.
  private static final class Meter extends ChannelDuplexHandler {
    private long sent;
    private long received;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof ByteBuf buffer) {
        received += buffer.readableBytes();
      }
      ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (message instanceof ByteBuf buffer) {
        sent += buffer.readableBytes();
      }
      ctx.write(message, promise);
    }
  }
}
