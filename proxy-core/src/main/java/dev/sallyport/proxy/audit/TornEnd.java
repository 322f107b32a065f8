package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.audit.EventSink.SetAside;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/// Copies what is no whole event out of the way before it is cut off, so that nothing that was ever
/// written is lost, be it noise or evidence.
final class TornEnd {
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private TornEnd() {}

  /// Copies the active file's octets from `whole` on to a new file beside it, on the disk when this
  /// returns; empty when there are none.
  static Optional<SetAside> setAside(ChainFiles files, long whole) throws IOException {
    try (FileChannel from = FileChannel.open(files.active(), StandardOpenOption.READ)) {
      long size = from.size();
      if (size <= whole) {
        return Optional.empty();
      }
      for (int number = 1; ; number++) {
        Path aside = files.torn(number);
        try (FileChannel to = FileChannel.open(aside, NEW, OwnerOnly.file(aside))) {
          copy(from, whole, size, to);
          return Optional.of(new SetAside(size - whole, ChainFiles.name(aside)));
        } catch (FileAlreadyExistsException earlier) {
          // From another crash: the next number.
        }
      }
    }
  }

  private static void copy(FileChannel from, long start, long end, FileChannel to)
      throws IOException {
    long at = start;
    while (at < end) {
      long copied = from.transferTo(at, end - at, to);
      if (copied <= 0) {
        throw new IOException("the file takes no more octets");
      }
      at += copied;
    }
    to.force(true);
  }
}
