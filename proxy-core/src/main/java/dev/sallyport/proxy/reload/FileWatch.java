package dev.sallyport.proxy.reload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells when the content of a file, or of the files in a folder, has changed: written in place,
/// replaced by renaming, reached through a link that was swapped (as Kubernetes does with mounted
/// files), deleted, made again. A touch alone is no change. Several changes in quick succession are
/// told once.
///
/// Start it before the files are read, and no change is missed: what counts is the content at the
/// start.
public final class FileWatch implements AutoCloseable {
  /// How often the files are looked at where no notification comes.
  static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  /// How long a folder has to be quiet before its files are looked at, so that one saving is one
  /// change.
  static final Duration QUIET = Duration.ofMillis(100);

  /// How long a folder that is never quiet can put that off.
  static final Duration MAX_UNQUIET = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
  private static final Duration STOP_TIME = Duration.ofSeconds(2);

  private final List<Watched> files;
  private final Consumer<Path> changed;
  private final FolderEvents events;
  private final Duration lookEvery;
  private final Thread thread;

  private FileWatch(
      List<Path> files, Consumer<Path> changed, FolderEvents events, Duration lookEvery) {
    this.lookEvery = lookEvery;
    this.changed = changed;
    this.events = events;
    // The folders are watched already, so that nothing happens between the two.
    this.files = files.stream().map(Watched::new).toList();
    this.thread = Thread.ofVirtual().name("sallyport-file-watch").unstarted(this::run);
  }

  /// Begins to watch.
  ///
  /// @param files or folders; they need not exist yet
  /// @param changed is given the path as it stands in `files`; runs on the watch's own thread, and
  ///   a failure of it is logged and ends nothing
  public static FileWatch start(List<Path> files, Consumer<Path> changed) {
    return start(files, changed, FolderEvents.of(files), LOOK_EVERY);
  }

  static FileWatch start(
      List<Path> files, Consumer<Path> changed, FolderEvents events, Duration lookEvery) {
    FileWatch watch = new FileWatch(files, changed, events, lookEvery);
    watch.thread.start();
    return watch;
  }

  /// Stops watching. Waits for a running callback, bounded in time, unless called by it.
  @Override
  public void close() {
    events.close();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      if (!thread.join(STOP_TIME)) {
        LOG.warn("what a changed file caused is still going on");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (events.areOpen()) {
        boolean notified = events.await(lookEvery);
        if (notified) {
          awaitQuiet();
        }
        events.refresh();
        look(notified);
      }
    } catch (InterruptedException nobodyDoesThat) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitQuiet() throws InterruptedException {
    long began = System.nanoTime();
    boolean busy = true;
    while (busy && System.nanoTime() - began < MAX_UNQUIET.toNanos()) {
      busy = events.await(QUIET);
    }
  }

  private void look(boolean notified) {
    for (Watched file : files) {
      boolean differs = notified ? file.differs() : file.seemsToDiffer();
      if (differs && events.areOpen()) {
        tell(file.path);
      }
    }
  }

  private void tell(Path file) {
    try {
      changed.accept(file);
    } catch (RuntimeException bug) {
      LOG.error("taking up the changed file {} failed", file, bug);
    }
  }

  /// A file and how it was last seen.
  private static final class Watched {
    private final Path path;
    private FileLook seen;

    Watched(Path path) {
      this.path = path;
      this.seen = FileLook.at(path);
    }

    /// Looks at the content.
    boolean differs() {
      return isNews(FileLook.at(path));
    }

    /// Looks at the content if there is cause to.
    boolean seemsToDiffer() {
      return isNews(seen.again(path));
    }

    private boolean isNews(FileLook now) {
      boolean same = now.sameContent(seen);
      seen = now;
      return !same;
    }
  }
}
