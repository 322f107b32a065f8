package dev.sallyport.proxy.reload;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for something to happen in the folders of some files. For one thread, but for [#close()].
///
/// Where the system grants no notifications (it limits how many a user may have) waiting just takes
/// its time.
final class FolderEvents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderEvents.class);
  private static final WatchEvent.Kind<?>[] KINDS = {
    StandardWatchEventKinds.ENTRY_CREATE,
    StandardWatchEventKinds.ENTRY_MODIFY,
    StandardWatchEventKinds.ENTRY_DELETE
  };

  private final List<Path> files;
  private final @Nullable WatchService notifications;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Map<Path, WatchKey> watched = new HashMap<>();

  private FolderEvents(List<Path> files, @Nullable WatchService notifications) {
    this.files = files.stream().map(Path::toAbsolutePath).toList();
    this.notifications = notifications;
    refresh();
  }

  /// Events of the folders in which the files are or may come to be.
  static FolderEvents of(List<Path> files) {
    return new FolderEvents(files, notifications());
  }

  /// Events that never come, as where the system grants none.
  static FolderEvents none() {
    return new FolderEvents(List.of(), null);
  }

  /// Takes up folders that have come into being, and lets go of those that are gone or that have
  /// another in their place.
  void refresh() {
    if (notifications == null) {
      return;
    }
    Map<Path, WatchKey> now = new HashMap<>();
    for (Path folder : folders()) {
      try {
        now.put(folder, folder.register(notifications, KINDS));
      } catch (IOException | ClosedWatchServiceException notThere) {
        LOG.debug("cannot watch {}: {}", folder, notThere.getMessage());
      }
    }
    for (WatchKey before : watched.values()) {
      if (!now.containsValue(before)) {
        before.cancel();
      }
    }
    watched = now;
  }

  /// Waits for an event, at most for the given time.
  ///
  /// @return whether there was one
  boolean await(Duration time) throws InterruptedException {
    if (notifications == null) {
      boolean ended = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
      LOG.trace("waited, ended: {}", ended);
      return false;
    }
    try {
      WatchKey key = notifications.poll(time.toNanos(), TimeUnit.NANOSECONDS);
      if (key == null) {
        return false;
      }
      key.pollEvents();
      key.reset();
      return true;
    } catch (ClosedWatchServiceException ended) {
      return false;
    }
  }

  /// Whether [#close()] was not called yet.
  boolean areOpen() {
    return closed.getCount() > 0;
  }

  /// Ends a wait, on any thread.
  @Override
  public void close() {
    closed.countDown();
    if (notifications != null) {
      try {
        notifications.close();
      } catch (IOException failed) {
        LOG.debug("closing the watch failed: {}", failed.getMessage());
      }
    }
  }

  /// The folders in which a change can show: those of the files, those that are watched whole, and
  /// those that links lead to.
  private Set<Path> folders() {
    Set<Path> folders = new HashSet<>();
    for (Path file : files) {
      addFolder(folders, file);
      if (Files.isDirectory(file)) {
        folders.add(file);
      }
      if (Files.isSymbolicLink(file)) {
        try {
          addFolder(folders, file.toRealPath());
        } catch (IOException dangling) {
          LOG.debug("{} leads nowhere now", file);
        }
      }
    }
    return folders;
  }

  private static void addFolder(Set<Path> folders, Path file) {
    Path folder = file.getParent();
    if (folder != null) {
      folders.add(folder);
    }
  }

  private static @Nullable WatchService notifications() {
    try {
      return FileSystems.getDefault().newWatchService();
    } catch (IOException limited) {
      LOG.info(
          "no notifications of changed files, looking at them instead: {}", limited.getMessage());
      return null;
    }
  }
}
