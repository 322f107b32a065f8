package dev.sallyport.proxy.audit;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipException;

/// Reads the lines of a file one by one, with bounded memory whatever is in it; one whose name ends
/// in `.gz` is unpacked on the way. At the end of the file it can be asked again when the file has
/// grown. Not safe for use by several threads.
final class Lines implements Closeable {
  /// Octets of a line without its line feed; no event is longer.
  static final int MAX_OCTETS = 64 * 1024;

  private static final int BUFFER_OCTETS = 4 * MAX_OCTETS;

  /// What a step found.
  enum Step {
    /// A whole line; its octets are at hand until the next step.
    LINE,
    /// A whole line that is longer than [#MAX_OCTETS]; its octets are not at hand.
    TOO_LONG,
    /// The compressed octets are damaged from here on.
    DAMAGED,
    /// Nothing more for now; [#unfinished] tells of a line without an end.
    END
  }

  private final Path file;
  private final ReadableByteChannel channel;
  private final byte[] buffer = new byte[BUFFER_OCTETS];

  /// The buffer holds octets up to `limit`; those before `start` are done with, those before
  /// `scanned` are known to hold no line feed.
  private int start;

  private int scanned;
  private int limit;

  private int lineStart;
  private int lineLength;
  private long number;

  /// Octets of the line at `start` that were thrown away because it is too long.
  private long dropped;

  private long octetsRead;

  private boolean damaged;

  private Lines(Path file, ReadableByteChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Opens a file at its beginning.
  static Lines open(Path file) throws IOException {
    if (!ChainFiles.isCompressed(file)) {
      return new Lines(file, FileChannel.open(file, StandardOpenOption.READ));
    }
    // Unpacking begins with the first line, so that a damaged beginning is a step like any other.
    return new Lines(file, Channels.newChannel(new Unpacked(Files.newInputStream(file))));
  }

  /// The file as it was named when it was opened.
  Path file() {
    return file;
  }

  /// Starts at this octet, the first of a line; line numbers then count from there.
  void skipTo(long position) throws IOException {
    if (!(channel instanceof FileChannel positioned)) {
      throw new IOException("a compressed file is read from its beginning only");
    }
    positioned.position(position);
  }

  /// Goes to the next line.
  Step next() throws IOException {
    while (true) {
      while (scanned < limit) {
        if (buffer[scanned++] == '\n') {
          return line();
        }
      }
      if (limit - start > MAX_OCTETS) {
        dropped += limit - start;
        start = limit;
      }
      try {
        if (!fill()) {
          return Step.END;
        }
      } catch (EOFException | ZipException e) {
        // Only unpacking throws these; told once, then the file is at its end.
        boolean told = damaged;
        damaged = true;
        return told ? Step.END : Step.DAMAGED;
      }
    }
  }

  private Step line() {
    lineStart = start;
    lineLength = scanned - 1 - start;
    boolean tooLong = lineLength + dropped > MAX_OCTETS;
    start = scanned;
    dropped = 0;
    number++;
    return tooLong ? Step.TOO_LONG : Step.LINE;
  }

  private boolean fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, limit - start);
    limit -= start;
    scanned -= start;
    start = 0;
    int read = channel.read(ByteBuffer.wrap(buffer, limit, buffer.length - limit));
    if (read <= 0) {
      return false;
    }
    limit += read;
    octetsRead += read;
    return true;
  }

  /// Octets read so far; of a compressed file those that were unpacked.
  long octetsRead() {
    return octetsRead;
  }

  /// The number of the line at hand, from 1.
  long number() {
    return number;
  }

  byte[] buffer() {
    return buffer;
  }

  int lineStart() {
    return lineStart;
  }

  int lineLength() {
    return lineLength;
  }

  /// Octets behind the last line feed.
  long unfinished() {
    return dropped + limit - start;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
