package dev.sallyport.proxy.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/// One end of a connection of HTTP/2, frame by frame, over a [Wire] on which nothing was said. For
/// one thread: whoever waits for something reads meanwhile.
public final class Http2Wire implements Closeable {
  private final Wire wire;
  private final Opener opener = new Opener();
  private final EmbeddedChannel channel;
  private final Map<Http2FrameStream, Stream> streams = new HashMap<>();
  private final Queue<Stream> fresh = new ArrayDeque<>();
  private Optional<Http2Settings> settings = Optional.empty();
  private Optional<Long> goAway = Optional.empty();
  private boolean ended;

  private Http2Wire(Wire wire, Http2FrameCodecBuilder builder) throws IOException {
    this.wire = wire;
    this.channel = new EmbeddedChannel(builder.validateHeaders(false).build(), opener);
    flush();
  }

  /// The client's end.
  public static Http2Wire client(Wire wire) throws IOException {
    return new Http2Wire(wire, Http2FrameCodecBuilder.forClient());
  }

  /// The origin's end.
  public static Http2Wire origin(Wire wire, Http2Settings settings) throws IOException {
    return new Http2Wire(wire, Http2FrameCodecBuilder.forServer().initialSettings(settings));
  }

  /// The origin's end.
  public static Http2Wire origin(Wire wire) throws IOException {
    return origin(wire, Http2Settings.defaultSettings());
  }

  /// Opens a stream with a head, each field as `name: value`, pseudo-fields first.
  public Stream open(String... fields) throws IOException {
    Stream stream = new Stream(opener.newStream());
    streams.put(stream.id, stream);
    return stream.head(fields);
  }

  /// The same with a head that is all there is.
  public Stream ask(String... fields) throws IOException {
    Stream stream = new Stream(opener.newStream());
    streams.put(stream.id, stream);
    return stream.lastHead(fields);
  }

  /// The next stream that the other side opens; empty when it has ended.
  public Optional<Stream> accept() throws IOException {
    pump(() -> !fresh.isEmpty() || ended);
    return Optional.ofNullable(fresh.poll());
  }

  /// What the other side says of itself.
  public Http2Settings settings() throws IOException {
    pump(() -> settings.isPresent());
    return settings.orElseThrow();
  }

  /// The error of the other side's GOAWAY, once it has come or the connection has ended.
  public Optional<Long> goAway() throws IOException {
    pump(() -> goAway.isPresent() || ended);
    return goAway;
  }

  /// Whether the other side ends the connection.
  public boolean ends() throws IOException {
    pump(() -> ended);
    return true;
  }

  /// Says that no further stream is taken.
  public Http2Wire sayGoAway() throws IOException {
    return write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
  }

  /// Writes any frame.
  public Http2Wire write(Object frame) throws IOException {
    channel.writeOutbound(frame);
    flush();
    return this;
  }

  private void flush() throws IOException {
    channel.runPendingTasks();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] octets = ByteBufUtil.getBytes(out);
      out.release();
      wire.send(octets);
    }
  }

  /// Reads until something is so, or the other side has ended.
  private void pump(BooleanSupplier enough) throws IOException {
    byte[] part = new byte[64 * 1024];
    while (!enough.getAsBoolean() && !ended) {
      int read = wire.readSome(part);
      if (read < 0) {
        ended = true;
      } else {
        channel.writeInbound(Unpooled.copiedBuffer(part, 0, read));
        take();
        flush();
      }
    }
  }

  private void take() {
    for (Object frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      switch (frame) {
        case Http2SettingsFrame said -> settings = Optional.of(said.settings());
        case Http2GoAwayFrame said -> {
          goAway = Optional.of(said.errorCode());
          said.release();
        }
        case Http2HeadersFrame head -> {
          Stream stream = streams.get(head.stream());
          if (stream == null) {
            stream = new Stream(head.stream());
            streams.put(head.stream(), stream);
            fresh.add(stream);
          }
          stream.heads.add(head.headers());
          stream.ended |= head.isEndStream();
        }
        case Http2DataFrame data -> known(data.stream()).take(data);
        case Http2ResetFrame reset -> known(reset.stream()).reset = Optional.of(reset.errorCode());
        default -> ReferenceCountUtil.release(frame);
      }
    }
  }

  private Stream known(Http2FrameStream id) {
    return Optional.ofNullable(streams.get(id)).orElseThrow();
  }

  @Override
  public void close() throws IOException {
    channel.finishAndReleaseAll();
    wire.close();
  }

  /// Makes streams of the codec before it.
  private static final class Opener extends Http2ChannelDuplexHandler {}

  /// One stream.
  public final class Stream {
    private final Http2FrameStream id;
    private final List<Http2Headers> heads = new ArrayList<>();
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private Optional<Long> reset = Optional.empty();
    private boolean ended;
    private boolean givesBack = true;
    private int read;

    private Stream(Http2FrameStream id) {
      this.id = id;
    }

    private void take(Http2DataFrame data) {
      int flowControlled = data.initialFlowControlledBytes();
      byte[] part = ByteBufUtil.getBytes(data.content());
      octets.write(part, 0, part.length);
      ended |= data.isEndStream();
      data.release();
      if (givesBack && flowControlled > 0) {
        channel.write(new DefaultHttp2WindowUpdateFrame(flowControlled).stream(id));
        channel.flush();
      }
    }

    /// From now on the window stays used up.
    public Stream holdBack() {
      givesBack = false;
      return this;
    }

    /// Sends a head, or trailers, behind which something follows.
    public Stream head(String... fields) throws IOException {
      write(new DefaultHttp2HeadersFrame(fields(fields), false).stream(id));
      return this;
    }

    /// Sends a head, or trailers, that ends this half.
    public Stream lastHead(String... fields) throws IOException {
      write(new DefaultHttp2HeadersFrame(fields(fields), true).stream(id));
      return this;
    }

    /// Sends a part of the body.
    public Stream send(String text) throws IOException {
      return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends a part of the body.
    public Stream send(byte[] part) throws IOException {
      write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(part)).stream(id));
      return this;
    }

    /// Ends this half.
    public Stream end() throws IOException {
      write(new DefaultHttp2DataFrame(true).stream(id));
      return this;
    }

    /// Ends both.
    public void reset(Http2Error error) throws IOException {
      write(new DefaultHttp2ResetFrame(error).stream(id));
    }

    /// The value of a field of the first head, once that has come; empty without one.
    public String field(String name) throws IOException {
      pump(() -> !heads.isEmpty() || reset.isPresent());
      return heads.isEmpty() ? "" : String.valueOf(heads.getFirst().get(name));
    }

    /// The status, once it has come; 0 where the stream was reset before.
    public int status() throws IOException {
      String status = field(":status");
      return status.isEmpty() ? 0 : Integer.parseInt(status);
    }

    /// The value of a field behind the body, once this half has ended.
    public String trailer(String name) throws IOException {
      awaitEnd();
      return String.valueOf(heads.getLast().get(name));
    }

    /// The next octets of the body, or fewer where it ends.
    public String read(int count) throws IOException {
      pump(() -> octets.size() >= read + count || ended || reset.isPresent());
      byte[] all = octets.toByteArray();
      int end = Math.min(all.length, read + count);
      String text = new String(all, read, end - read, StandardCharsets.ISO_8859_1);
      read = end;
      return text;
    }

    /// Everything until this half ends.
    public String rest() throws IOException {
      return read(Integer.MAX_VALUE - read);
    }

    /// Octets that have come and were not read.
    public int waiting() {
      return octets.size() - read;
    }

    /// Waits for the end of the other side's half; false where it is a reset.
    public boolean awaitEnd() throws IOException {
      pump(() -> ended || reset.isPresent());
      return ended;
    }

    /// The error of a reset, once the stream has ended in one way or the other.
    public Optional<Long> awaitReset() throws IOException {
      pump(() -> reset.isPresent());
      return reset;
    }

    private static Http2Headers fields(String... fields) {
      Http2Headers headers = new DefaultHttp2Headers(false);
      for (String field : fields) {
        int colon = field.indexOf(": ", 1);
        headers.add(field.substring(0, colon), field.substring(colon + 2));
      }
      return headers;
    }
  }
}
