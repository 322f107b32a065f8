package dev.sallyport.proxy.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the events of a chain, or of every chain of a folder, from the oldest to the newest:
/// through rotated and compressed files, chain after chain, as a stream in bounded memory. It
/// believes what it reads. A gate may go on writing, and rotating, meanwhile. For one thread.
public final class Trail implements Closeable {
  private final Span span;
  private final Opener opener;
  private final Deque<ChainFiles> chains;
  private final long octets;

  /// Files of the chain at hand that are read or being read, by the number of their first event: a
  /// file may be compressed, and so renamed, between two looks into the folder.
  private final Set<Long> read = new HashSet<>();

  /// Files that may go away before they are opened; more is no retention.
  static final int MOST_GONE = 1_000;

  private int goneAway;
  private @Nullable EventReader reader;
  private long octetsDone;
  private long sizeAtHand;

  /// Opens a file of a chain.
  interface Opener {
    EventReader open(Path file) throws IOException;
  }

  private Trail(Span span, List<ChainFiles> chains, Opener opener) throws IOException {
    this.span = span;
    this.opener = opener;
    this.chains = new ArrayDeque<>(chains);
    long sum = 0;
    for (ChainFiles chain : chains) {
      sum += size(chain.active());
      for (Path file : chain.finished()) {
        sum += size(file);
      }
    }
    this.octets = sum;
  }

  /// Opens the chain that a file belongs to, or every chain of a folder in the order of their
  /// names.
  ///
  /// @param span events outside it are passed over
  /// @throws IOException when there is no such file or folder, or it cannot be read
  public static Trail open(Path fileOrFolder, Span span) throws IOException {
    return open(fileOrFolder, span, EventReader::open);
  }

  static Trail open(Path fileOrFolder, Span span, Opener opener) throws IOException {
    if (Files.isDirectory(fileOrFolder)) {
      return new Trail(span, ChainFiles.in(fileOrFolder), opener);
    }
    ChainFiles chain = ChainFiles.of(fileOrFolder);
    if (!Files.exists(fileOrFolder) && chain.finished().isEmpty()) {
      throw new NoSuchFileException(fileOrFolder.toString());
    }
    return new Trail(span, List.of(chain), opener);
  }

  /// The next line; empty at the end. Lines that are no events are given out whatever the span.
  ///
  /// @throws IOException when a file cannot be read
  public Optional<RecordedLine> next() throws IOException {
    while (reader != null || open()) {
      EventReader now = reader;
      Optional<RecordedLine> line = now == null ? Optional.empty() : now.next(span);
      if (line.isPresent()) {
        return line;
      }
      closeReader();
    }
    return Optional.empty();
  }

  /// The line that [#next] gave out last, as it stands in the file.
  public String text() {
    EventReader now = reader;
    return now == null ? "" : now.text();
  }

  /// The name of the chain that is being read: that of its active file.
  public String chain() {
    return chains.isEmpty() ? "" : ChainFiles.name(chains.getFirst().active());
  }

  /// Its active file.
  public Path chainFile() {
    return chains.isEmpty() ? Path.of("") : chains.getFirst().active();
  }

  /// Octets of all files when this was opened.
  public long octets() {
    return octets;
  }

  /// About how many of them are done with.
  public long octetsDone() {
    EventReader now = reader;
    return octetsDone + (now == null ? 0 : Math.min(sizeAtHand, now.octetsRead()));
  }

  /// Opens the next file. The gate may finish a file between the look into the folder and the
  /// opening of the active one, so the folder is looked at again once the active one is open. A
  /// file that goes away before it is opened, as retention takes the oldest, is looked for once
  /// more by its number: it may only be compressed.
  private boolean open() throws IOException {
    while (!chains.isEmpty()) {
      try {
        return openNext();
      } catch (NoSuchFileException gone) {
        if (++goneAway == MOST_GONE) {
          throw gone;
        }
      }
    }
    return false;
  }

  private boolean openNext() throws IOException {
    while (!chains.isEmpty()) {
      ChainFiles chain = chains.getFirst();
      Optional<Path> finished = unread(chain);
      if (finished.isPresent()) {
        use(finished.get());
        read.add(ChainFiles.firstSeq(finished.get()));
        return true;
      }
      if (!read.contains(ACTIVE) && Files.exists(chain.active())) {
        use(chain.active());
        if (unread(chain).isEmpty()) {
          read.add(ACTIVE);
          return true;
        }
        closeReader();
      } else {
        chains.removeFirst();
        read.clear();
      }
    }
    return false;
  }

  /// Stands for the active file; no event has this number.
  private static final long ACTIVE = -1;

  private Optional<Path> unread(ChainFiles chain) throws IOException {
    return read.contains(ACTIVE)
        ? Optional.empty()
        : chain.finished().stream()
            .filter(file -> !read.contains(ChainFiles.firstSeq(file)))
            .findFirst();
  }

  private void use(Path file) throws IOException {
    sizeAtHand = size(file);
    reader = opener.open(file);
  }

  private void closeReader() throws IOException {
    EventReader now = reader;
    reader = null;
    if (now != null) {
      octetsDone += sizeAtHand;
      sizeAtHand = 0;
      now.close();
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0;
    }
  }

  @Override
  public void close() throws IOException {
    closeReader();
  }
}
