package dev.sallyport.proxy.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// A file open for appending: what the audit asks of the operating system, and what tests replace
/// by a disk that is full.
interface Output extends Closeable {
  /// Appends some of the octets, and says how many.
  int write(ByteBuffer octets) throws IOException;

  /// Cuts the file.
  void truncate(long octets) throws IOException;

  /// Hands everything to the disk.
  void force() throws IOException;

  /// Opens files.
  interface Opener {
    /// Opens a file for appending, created for its owner alone when it is missing.
    Output open(Path file) throws IOException;
  }

  /// Appends with `O_APPEND`, so that octets never land anywhere but at the end, and follows no
  /// link in the last place, which somebody else may have put there.
  static Output open(Path file) throws IOException {
    Set<OpenOption> options =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel = FileChannel.open(file, options, OwnerOnly.file(file));
    return new Output() {
      @Override
      public int write(ByteBuffer octets) throws IOException {
        return channel.write(octets);
      }

      @Override
      public void truncate(long octets) throws IOException {
        channel.truncate(octets);
      }

      @Override
      public void force() throws IOException {
        channel.force(true);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
