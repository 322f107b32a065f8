package dev.sallyport.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets octets through to Netty's decoder once they have proved to be strict HTTP/1.1 (RFC 9112),
/// one message at a time: after a message it holds what follows until [#next] is called, so that
/// one request is in flight.
///
/// Anything else becomes one [Malformed], and all that follows is dropped. Runs on the channel's
/// event loop.
public abstract class FramingGate extends ByteToMessageDecoder {
  /// Octets of chunk-size line and of all trailers of one body.
  static final int MAX_CHUNK_LINE = 256;

  static final int MAX_TRAILERS = 8 * 1024;

  /// Octets that may wait behind the message in flight before reading pauses.
  static final int MAX_WAITING = 64 * 1024;

  private enum State {
    HEAD,
    FIXED_BODY,
    CHUNKED_BODY,
    UNTIL_CLOSE,
    HELD,
    BROKEN
  }

  private final int maxHead;
  private final ChunkedBody chunks = new ChunkedBody();
  private State state = State.HEAD;
  private HeadReader head;
  private long bodyLeft;
  private boolean paused;
  private @Nullable ChannelHandlerContext context;

  FramingGate(int maxHead) {
    this.maxHead = maxHead;
    this.head = new HeadReader(this, maxHead);
  }

  /// Says whether an empty line may stand before the first line.
  ///
  /// @param skipped octets of empty lines that came before it
  abstract void checkEmptyLine(int skipped) throws WireException;

  /// Checks the first line, which ends at `end` without its line end.
  abstract void checkStartLine(ByteBuf in, int start, int end) throws WireException;

  /// Checks the whole head and says how the body is framed.
  abstract Body bodyOf(HeadFacts facts) throws WireException;

  /// How a body is framed. A negative length is read until the connection closes.
  enum Framing {
    NONE,
    FIXED,
    CHUNKED,
    UNTIL_CLOSE,
    /// What follows is not HTTP, or not to be read yet.
    HOLD
  }

  record Body(Framing framing, long length) {
    static final Body NONE = new Body(Framing.NONE, 0);
    static final Body HOLD = new Body(Framing.HOLD, 0);
    static final Body CHUNKED = new Body(Framing.CHUNKED, 0);
    static final Body UNTIL_CLOSE = new Body(Framing.UNTIL_CLOSE, 0);

    static Body fixed(long length) {
      return length == 0 ? NONE : new Body(Framing.FIXED, length);
    }
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /// Lets the next message come through. Called on the event loop when the one in flight is
  /// answered.
  public final void next() {
    ChannelHandlerContext ctx = context;
    if (ctx == null || state != State.HELD) {
      return;
    }
    state = State.HEAD;
    if (paused) {
      paused = false;
      ctx.channel().config().setAutoRead(true);
    }
    // As a task of its own: the caller may stand within this very handler's delivery of the last
    // message.
    ctx.executor().execute(() -> decodeWaiting(ctx));
  }

  /// A decoder that got octets and made no message of them asks for more, even where reading is
  /// turned off. What is held must not.
  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (state == State.HELD && !ctx.channel().config().isAutoRead()) {
      ctx.fireChannelReadComplete();
    } else {
      super.channelReadComplete(ctx);
    }
  }

  /// A decoder drops what it has not read when the input ends. What is held is still to be read, so
  /// this one passes the event on and keeps everything.
  @Override
  public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
  }

  private void decodeWaiting(ChannelHandlerContext ctx) {
    if (ctx.isRemoved()) {
      return;
    }
    try {
      channelRead(ctx, ctx.alloc().buffer(0));
      ctx.fireChannelReadComplete();
    } catch (Exception error) {
      ctx.fireExceptionCaught(error);
    }
  }

  /// Whether a head has begun to arrive and is not complete.
  public final boolean isWithinHead() {
    return state == State.HEAD && head.hasBegun();
  }

  /// Whether a body has begun and is not complete.
  public final boolean isWithinBody() {
    return state == State.FIXED_BODY || state == State.CHUNKED_BODY;
  }

  /// Whether octets wait behind the message in flight.
  public final boolean holdsOctets() {
    return heldOctets() > 0;
  }

  /// Octets of a head that is not complete, or that wait behind the message in flight.
  public final int heldOctets() {
    return actualReadableBytes();
  }

  @Override
  protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      while (in.isReadable() && advance(ctx, in, out)) {
        // Each pass handles one part of a message.
      }
    } catch (WireException malformed) {
      state = State.BROKEN;
      in.skipBytes(in.readableBytes());
      out.add(new Malformed(malformed.why()));
    }
  }

  /// Returns whether there may be more to do with what is buffered.
  private boolean advance(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws WireException {
    return switch (state) {
      case HEAD -> readHead(in, out);
      case FIXED_BODY -> passFixed(in, out);
      case CHUNKED_BODY -> passChunked(in, out);
      case UNTIL_CLOSE -> {
        out.add(in.readRetainedSlice(in.readableBytes()));
        yield false;
      }
      case HELD -> {
        if (in.readableBytes() > MAX_WAITING) {
          // Each time: whoever moves the message in flight may have turned reading on again.
          paused = true;
          ctx.channel().config().setAutoRead(false);
        }
        yield false;
      }
      case BROKEN -> {
        in.skipBytes(in.readableBytes());
        yield false;
      }
    };
  }

  private boolean readHead(ByteBuf in, List<Object> out) throws WireException {
    int length = head.scan(in);
    if (length < 0) {
      return false;
    }
    int skip = head.skipped();
    Body body = bodyOf(head.facts());
    head = new HeadReader(this, maxHead);
    in.skipBytes(skip);
    out.add(in.readRetainedSlice(length - skip));
    switch (body.framing()) {
      case NONE, HOLD -> state = State.HELD;
      case FIXED -> {
        bodyLeft = body.length();
        state = State.FIXED_BODY;
      }
      case CHUNKED -> {
        chunks.reset();
        state = State.CHUNKED_BODY;
      }
      case UNTIL_CLOSE -> state = State.UNTIL_CLOSE;
    }
    return true;
  }

  private boolean passFixed(ByteBuf in, List<Object> out) {
    int take = (int) Math.min(bodyLeft, in.readableBytes());
    out.add(in.readRetainedSlice(take));
    bodyLeft -= take;
    if (bodyLeft == 0) {
      state = State.HELD;
    }
    return bodyLeft == 0;
  }

  private boolean passChunked(ByteBuf in, List<Object> out) throws WireException {
    int take = chunks.check(in);
    if (take > 0) {
      out.add(in.readRetainedSlice(take));
    }
    if (chunks.isDone()) {
      state = State.HELD;
      return true;
    }
    return false;
  }
}
