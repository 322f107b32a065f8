package dev.sallyport.proxy.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives out the events of a chain as lines for people: the last ones, then those that come,
/// through every rotation. For one thread.
public final class TailPrinter implements Closeable {
  /// Between two looks at a file that does not grow.
  private static final long LOOK_MILLIS = 200;

  private final ChainFiles files;
  private final Paint paint;
  private final Consumer<String> out;
  private @Nullable EventReader reader;
  private @Nullable FileIdentity identity;
  private long lastSeq;

  /// The file itself, or of a folder the file of the chain that was written last.
  ///
  /// @throws java.nio.file.NoSuchFileException when there is none in the folder
  public static Path newest(Path fileOrFolder) throws IOException {
    if (!Files.isDirectory(fileOrFolder)) {
      return fileOrFolder;
    }
    Optional<Path> newest = Optional.empty();
    for (ChainFiles chain : ChainFiles.in(fileOrFolder)) {
      boolean later =
          Files.exists(chain.active())
              && (newest.isEmpty()
                  || Files.getLastModifiedTime(chain.active())
                          .compareTo(Files.getLastModifiedTime(newest.get()))
                      > 0);
      newest = later ? Optional.of(chain.active()) : newest;
    }
    return newest.orElseThrow(() -> new NoSuchFileException(fileOrFolder.toString()));
  }

  /// @param file any file of the chain
  /// @param out takes lines without their line feed
  public TailPrinter(Path file, Paint paint, Consumer<String> out) {
    this.files = ChainFiles.of(file);
    this.paint = paint;
    this.out = out;
  }

  /// Gives out the last events and returns.
  ///
  /// @param events how many at most, from all files of the chain; not negative
  /// @throws IOException when a file cannot be read
  public void last(int events) throws IOException {
    List<LastLines> parts = LastLines.of(files, events);
    if (parts.isEmpty()) {
      throw new NoSuchFileException(files.active().toString());
    }
    for (LastLines part : parts) {
      open(part.file()).skipTo(part.offset());
      // What is passed over counts as seen: a finished file is known by its first event.
      FileTail.first(part.file()).ifPresent(first -> lastSeq = Math.max(lastSeq, first.seq()));
      drain();
    }
    files.finished().forEach(file -> lastSeq = Math.max(lastSeq, ChainFiles.firstSeq(file)));
  }

  /// Gives out what comes from now on, or since [#last] was called, until told to stop. Looks at
  /// the file a few times a second; a file that is not there yet is waited for.
  ///
  /// @throws IOException when a file cannot be read
  /// @throws InterruptedException when the thread is interrupted
  public void follow(BooleanSupplier until) throws IOException, InterruptedException {
    if (reader == null && Files.exists(files.active())) {
      last(0);
    }
    while (!until.getAsBoolean()) {
      if (!drain() && !isMovedOn()) {
        Thread.sleep(LOOK_MILLIS);
      }
    }
    drain();
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  /// Whether there was anything.
  private boolean drain() throws IOException {
    boolean any = false;
    if (reader != null) {
      for (Optional<RecordedLine> next = reader.next(); next.isPresent(); next = reader.next()) {
        print(next.get());
        any = true;
      }
    }
    return any;
  }

  private void print(RecordedLine line) {
    switch (line) {
      case RecordedLine.Event(Path file, long number, RecordedEvent event) -> {
        lastSeq = event.seq();
        out.accept(EventLine.of(event, paint));
      }
      // No number: lines may have been skipped.
      case RecordedLine.Bad bad ->
          out.accept(
              Printable.text(ChainFiles.name(bad.file()))
                  + ": a line is "
                  + bad.problem()
                  + "; `sallyport audit verify` says where");
    }
  }

  /// Goes to the next file when this one is finished; what was written to it before it was renamed
  /// is read first.
  private boolean isMovedOn() throws IOException {
    try {
      if (identity != null && identity.equals(FileIdentity.of(files.active()))) {
        return false;
      }
      drain();
      open(next());
      return true;
    } catch (NoSuchFileException notYet) {
      return false;
    }
  }

  private Path next() throws IOException {
    List<Path> later =
        files.finished().stream().filter(file -> ChainFiles.firstSeq(file) > lastSeq).toList();
    return later.isEmpty() ? files.active() : later.getFirst();
  }

  private EventReader open(Path file) throws IOException {
    close();
    while (true) {
      FileIdentity before = FileIdentity.of(file);
      EventReader opened = EventReader.open(file);
      reader = opened;
      identity = FileIdentity.of(file);
      if (identity.equals(before)) {
        // A finished file is never gone to twice, whatever is in it.
        lastSeq = Math.max(lastSeq, ChainFiles.firstSeq(file));
        return opened;
      }
      // The name went to another file in between.
      opened.close();
    }
  }
}
