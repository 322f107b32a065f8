package dev.sallyport.proxy.audit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/// Where a file ends that a gate may have left in the middle of a line. Only the end of the file is
/// read, however long it is.
///
/// @param octets of the file in all
/// @param wholeOctets up to the end of the last line that is an event; 0 when there is none
/// @param last the event on that line
/// @param sealHolds whether that line's hash is its own
record FileTail(long octets, long wholeOctets, Optional<RecordedEvent> last, boolean sealHolds) {
  /// How far from the end an event is looked for. A crash of the machine leaves less behind.
  static final int SEARCH_OCTETS = 16 * 1024 * 1024;

  private static final int FIRST_WINDOW = 2 * Lines.MAX_OCTETS;
  private static final byte[] BEGINNING = "{\"time\":\"".getBytes(StandardCharsets.US_ASCII);

  /// Whether a file is empty or begins as every audit file does.
  static boolean beginsAsEvents(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] first = read(channel, 0, (int) Math.min(channel.size(), BEGINNING.length));
      return Arrays.equals(first, Arrays.copyOf(BEGINNING, first.length));
    }
  }

  /// The first event of a file; empty when its first line is none.
  static Optional<RecordedEvent> first(Path file) throws IOException {
    try (EventReader reader = EventReader.open(file)) {
      return reader.next().flatMap(FileTail::event);
    }
  }

  /// Looks at the end of a file.
  ///
  /// @return empty when there is no event within [#SEARCH_OCTETS] of the end of a longer file
  static Optional<FileTail> of(Path file) throws IOException {
    if (ChainFiles.isCompressed(file)) {
      return Optional.of(ofCompressed(file));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      for (long window = FIRST_WINDOW; ; window *= 2) {
        long start = Math.max(0, size - window);
        byte[] octets = read(channel, start, (int) (size - start));
        Optional<FileTail> found = search(octets, start, size);
        if (found.isPresent()) {
          return found;
        }
        if (start == 0) {
          return Optional.of(new FileTail(size, 0, Optional.empty(), true));
        }
        if (window >= SEARCH_OCTETS) {
          return Optional.empty();
        }
      }
    }
  }

  /// One that was compressed after it was finished: it can only be read from its beginning.
  private static FileTail ofCompressed(Path file) throws IOException {
    Optional<RecordedEvent> last = Optional.empty();
    boolean holds = true;
    long octets = 0;
    try (Lines lines = Lines.open(file)) {
      for (Lines.Step step = lines.next(); step != Lines.Step.END; step = lines.next()) {
        octets += lines.lineLength() + 1L;
        Optional<RecordedEvent> event =
            step == Lines.Step.LINE
                ? RecordedEvent.parse(lines.buffer(), lines.lineStart(), lines.lineLength())
                : Optional.empty();
        if (event.isPresent()) {
          last = event;
          holds = Seal.holds(lines.buffer(), lines.lineStart(), lines.lineLength());
        }
      }
    }
    return new FileTail(octets, octets, last, holds);
  }

  private static Optional<FileTail> search(byte[] octets, long start, long size) {
    int end = lastLineFeed(octets, octets.length);
    while (end >= 0) {
      int before = lastLineFeed(octets, end);
      if (before < 0 && start > 0) {
        return Optional.empty();
      }
      int length = end - before - 1;
      Optional<RecordedEvent> event =
          length > Lines.MAX_OCTETS
              ? Optional.empty()
              : RecordedEvent.parse(octets, before + 1, length);
      if (event.isPresent()) {
        boolean holds = Seal.holds(octets, before + 1, length);
        return Optional.of(new FileTail(size, start + end + 1, event, holds));
      }
      end = before;
    }
    return Optional.empty();
  }

  private static int lastLineFeed(byte[] octets, int before) {
    int i = before - 1;
    while (i >= 0 && octets[i] != '\n') {
      i--;
    }
    return i;
  }

  private static byte[] read(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(count);
    while (into.hasRemaining()) {
      if (channel.read(into, from + into.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return into.array();
  }

  private static Optional<RecordedEvent> event(RecordedLine line) {
    return switch (line) {
      case RecordedLine.Event(Path file, long number, RecordedEvent event) -> Optional.of(event);
      case RecordedLine.Bad bad -> Optional.empty();
    };
  }
}
