package dev.sallyport.proxy.testing;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/// A client's end of HTTP/2 that sends what it is told to, in order or not.
public final class Http2Raw implements Closeable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int RESET = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int CONTINUATION = 9;

  public static final int ACK = 1;
  public static final int END_STREAM = 1;
  public static final int END_HEADERS = 4;

  private static final int SHORT = 127;

  private final Wire wire;

  /// Says the preface, and takes what the other side says of itself.
  public Http2Raw(Wire wire) throws IOException {
    this.wire = wire;
    wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    send(SETTINGS, 0, 0, new byte[0]);
    until(frame -> frame.type == SETTINGS && frame.flags == 0);
    send(SETTINGS, ACK, 0, new byte[0]);
  }

  /// A frame.
  ///
  /// @param error of a RST_STREAM or GOAWAY; 0 for any other
  public record Frame(int type, int flags, int stream, int error) {
    private static Frame of(int type, int flags, int stream, byte[] payload) {
      int error =
          switch (type) {
            case RESET -> ByteBuffer.wrap(payload).getInt();
            case GOAWAY -> ByteBuffer.wrap(payload).getInt(Integer.BYTES);
            default -> 0;
          };
      return new Frame(type, flags, stream, error);
    }
  }

  /// Sends a frame.
  public Http2Raw send(int type, int flags, int stream, byte[] payload) throws IOException {
    wire.send(frame(type, flags, stream, payload));
    return this;
  }

  /// The octets of a frame.
  public static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    return frame.array();
  }

  /// Fields, each as `name: value`, as HPACK's literals that are not remembered.
  public static byte[] head(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (String field : fields) {
      int colon = field.indexOf(": ", 1);
      block.write(0);
      write(block, field.substring(0, colon));
      write(block, field.substring(colon + 2));
    }
    return block.toByteArray();
  }

  private static void write(ByteArrayOutputStream block, String text) {
    int rest = text.length() - SHORT;
    block.write(Math.min(text.length(), SHORT));
    if (rest >= 0) {
      for (; rest > SHORT; rest >>= 7) {
        block.write((rest & SHORT) | (SHORT + 1));
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The first frame that fits; the others are dropped.
  public Frame until(Predicate<Frame> fits) throws IOException {
    while (true) {
      byte[] header = wire.read(9).getBytes(StandardCharsets.ISO_8859_1);
      if (header.length < 9) {
        throw new IOException("the other side has ended");
      }
      ByteBuffer read = ByteBuffer.wrap(header);
      int length = ((read.get() & 0xff) << 16) | (read.getShort() & 0xffff);
      int type = read.get();
      int flags = read.get();
      int stream = read.getInt();
      byte[] payload = wire.read(length).getBytes(StandardCharsets.ISO_8859_1);
      Frame frame = Frame.of(type, flags, stream, payload);
      if (fits.test(frame)) {
        return frame;
      }
    }
  }

  /// Whether the connection is in order: the answer to a PING comes before any GOAWAY.
  public boolean isInOrder() throws IOException {
    send(PING, 0, 0, new byte[8]);
    return until(frame -> frame.type == GOAWAY || (frame.type == PING && frame.flags == ACK)).type
        == PING;
  }

  /// The error of the GOAWAY.
  public int goAway() throws IOException {
    return until(frame -> frame.type == GOAWAY).error();
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
