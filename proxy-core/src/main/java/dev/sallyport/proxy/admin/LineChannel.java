package dev.sallyport.proxy.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Lines over a socket, each bounded in octets and in time. Blocks; for one thread at a time.
///
/// Whoever takes longer finds the socket closed: a blocking socket channel knows no other bound.
final class LineChannel implements AutoCloseable {
  /// A line is longer than it may be.
  static final class LongLineException extends IOException {
    private static final long serialVersionUID = 1L;

    LongLineException(int limit) {
      super("a line may have " + limit + " octets");
    }
  }

  private final SocketChannel channel;
  private final ByteBuffer received;

  /// @param maxLine octets of a received line with its line feed
  LineChannel(SocketChannel channel, int maxLine) {
    this.channel = channel;
    this.received = ByteBuffer.allocate(maxLine);
  }

  /// Waits for the next line.
  ///
  /// @return the line without its line feed; empty when the peer ended before it began one
  /// @throws LongLineException when it is too long; the channel is then of no more use
  /// @throws IOException when the peer is gone, ends within a line or takes longer than `time`
  Optional<String> read(Duration time) throws IOException {
    Future<?> deadline = closeAfter(time);
    try {
      int looked = 0;
      while (true) {
        for (; looked < received.position(); looked++) {
          if (received.get(looked) == '\n') {
            return Optional.of(take(looked));
          }
        }
        if (!received.hasRemaining()) {
          throw new LongLineException(received.capacity());
        }
        if (channel.read(received) < 0) {
          if (received.position() > 0) {
            throw new EOFException("the peer ended within a line");
          }
          return Optional.empty();
        }
      }
    } finally {
      deadline.cancel(false);
    }
  }

  /// Sends a line.
  ///
  /// @param line without its line feed
  /// @throws IOException when the peer is gone or does not take it within `time`
  void write(String line, Duration time) throws IOException {
    Future<?> deadline = closeAfter(time);
    try {
      ByteBuffer octets = UTF_8.encode(line + "\n");
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
    } finally {
      deadline.cancel(false);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      // Nothing is left to be done for this peer.
    }
  }

  private String take(int end) {
    String line = new String(received.array(), 0, end, UTF_8);
    received.flip().position(end + 1);
    received.compact();
    return line;
  }

  private Future<?> closeAfter(Duration time) {
    return ForkJoinPool.commonPool().schedule(this::close, time.toMillis(), TimeUnit.MILLISECONDS);
  }
}
