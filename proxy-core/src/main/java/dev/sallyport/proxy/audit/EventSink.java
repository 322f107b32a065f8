package dev.sallyport.proxy.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Where finished lines go. Used by the writer thread alone.
interface EventSink extends Closeable {
  /// Writes whole lines: all of them or, when it throws, as if none.
  ///
  /// @param firstSeq the number of the first event in them
  /// @throws IOException when they could not be written; nothing is written until [#reopen] works
  void append(ByteBuffer lines, long firstSeq) throws IOException;

  /// Whether so many octets would begin a new file. The event in front of them then is a
  /// checkpoint, so that the file which ends is signed.
  boolean beginsFileWith(int octets);

  /// Makes a sink that failed ready again.
  ///
  /// @return what had to be set aside
  /// @throws IOException when it still cannot be written
  Optional<SetAside> reopen() throws IOException;

  /// Octets that stood behind the last whole line, and where they are kept now.
  ///
  /// @param octets how many
  /// @param file the last name of the file that holds them
  record SetAside(long octets, String file) {}
}
