package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Where in a file the last lines begin. Reads backwards, so that only they are read.
///
/// @param offset octet at which they begin
/// @param lines how many there are
record LastLines(Path file, long offset, int lines) {
  private static final int BLOCK_OCTETS = 64 * 1024;

  /// The last lines of a chain, in its files from the oldest to the active one. The active file is
  /// always among them when it is there, be it with no lines. Compressed files cannot be read
  /// backwards and end the search.
  static List<LastLines> of(ChainFiles files, int lines) throws IOException {
    List<Path> all = new ArrayList<>(files.finished());
    if (Files.exists(files.active())) {
      all.add(files.active());
    }
    List<LastLines> parts = new ArrayList<>();
    int left = lines;
    for (Path file : all.reversed()) {
      boolean enough = left == 0 && !parts.isEmpty();
      if (enough || ChainFiles.isCompressed(file)) {
        break;
      }
      LastLines part = of(file, left);
      left -= part.lines;
      parts.addFirst(part);
    }
    return parts;
  }

  private static LastLines of(Path file, int lines) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK_OCTETS);
      long end = channel.size();
      long offset = end;
      // The first line feed from the end closes the last line, the one behind `lines` more the
      // line before those asked for.
      int found = -1;
      while (end > 0) {
        long start = Math.max(0, end - BLOCK_OCTETS);
        block.clear().limit((int) (end - start));
        while (block.hasRemaining() && channel.read(block, start + block.position()) > 0) {
          // Until the block is full.
        }
        for (int i = block.position() - 1; i >= 0; i--) {
          if (block.get(i) == '\n') {
            offset = start + i + 1;
            if (++found == lines) {
              return new LastLines(file, offset, lines);
            }
          }
        }
        end = start;
      }
      return new LastLines(file, 0, found < 0 ? 0 : found + 1);
    }
  }
}
