package dev.sallyport.proxy.reload;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which a file comes to say something else, with the system's notifications and
/// without.
class FileWatchTest {
  private static final Duration OFTEN = Duration.ofMillis(50);

  /// Longer than any test should take: with it, only notifications can tell in time.
  private static final Duration NEVER = Duration.ofMinutes(10);

  private static final long PATIENCE_SECONDS = 30;

  /// Whatever is told within this time after a change that is none was told wrongly.
  private static final long NOTHING_MILLIS = 500;

  @TempDir private Path folder = Path.of("");

  /// What the file said whenever a change was told.
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private final AtomicInteger tells = new AtomicInteger();
  private List<FileWatch> watches = List.of();

  @AfterEach
  void close() {
    watches.forEach(FileWatch::close);
  }

  /// How the watch learns of changes.
  enum Means {
    NOTIFICATIONS,
    LOOKING
  }

  /// A way to change a file.
  enum Way {
    IN_PLACE {
      @Override
      void change(Path file, String content) throws IOException {
        Files.writeString(file, content);
      }
    },
    IN_PLACE_OF_THE_SAME_LENGTH_AND_TIME {
      @Override
      void change(Path file, String content) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, before);
      }
    },
    IN_TWO_STEPS {
      @Override
      void change(Path file, String content) throws IOException {
        Files.writeString(file, content.substring(0, 1));
        Files.writeString(file, content.substring(1), StandardOpenOption.APPEND);
      }
    },
    RENAMED_OVER {
      @Override
      void change(Path file, String content) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling("policy.yaml.tmp"), content);
        Files.move(fresh, file, ATOMIC_MOVE, REPLACE_EXISTING);
      }
    },
    OLD_KEPT_AS_BACKUP {
      @Override
      void change(Path file, String content) throws IOException {
        Files.move(file, file.resolveSibling("policy.yaml~"), REPLACE_EXISTING);
        Files.writeString(file, content);
      }
    },
    DELETED_AND_MADE_AGAIN {
      @Override
      void change(Path file, String content) throws IOException {
        Files.delete(file);
        Files.writeString(file, content);
      }
    };

    abstract void change(Path file, String content) throws IOException;
  }

  static List<Arguments> waysByMeans() {
    return List.of(Way.values()).stream()
        .flatMap(way -> List.of(Means.values()).stream().map(means -> Arguments.of(way, means)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("waysByMeans")
  void aChangeIsTold(Way way, Means means) throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), "first");
    watch(means, file);
    way.change(file, "other");
    awaitTold("other");
    way.change(file, "third");
    awaitTold("third");
  }

  @ParameterizedTest
  @EnumSource(Means.class)
  void aSwappedFolderOfLinksIsTold(Means means) throws Exception {
    // As Kubernetes mounts a ConfigMap: policy.yaml -> ..data/policy.yaml, ..data -> ..2026_1.
    Path file = folder.resolve("policy.yaml");
    mount("..2026_1", "first");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_1"));
    Files.createSymbolicLink(file, Path.of("..data", "policy.yaml"));
    watch(means, file);
    for (String next : List.of("second", "third")) {
      mount("..2026_" + next, next);
      Path link = Files.createSymbolicLink(folder.resolve("..tmp"), Path.of("..2026_" + next));
      Files.move(link, folder.resolve("..data"), ATOMIC_MOVE, REPLACE_EXISTING);
      awaitTold(next);
    }
  }

  @Test
  void aLinkedFileElsewhereIsTold() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path real = Files.writeString(elsewhere.resolve("real.yaml"), "first");
    Path file = Files.createSymbolicLink(folder.resolve("policy.yaml"), real);
    watch(Means.NOTIFICATIONS, file);
    Files.writeString(real, "second");
    awaitTold("second");
  }

  @ParameterizedTest
  @EnumSource(Means.class)
  void aDeletedFileIsToldAndSoIsItsReturn(Means means) throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), "first");
    watch(means, file);
    Files.delete(file);
    awaitTold("absent");
    Files.writeString(file, "first");
    awaitTold("first");
  }

  @Test
  void aFileThatComesWithItsFolderIsTold() throws Exception {
    Path later = folder.resolve("later");
    Path file = later.resolve("policy.yaml");
    watch(Means.LOOKING, file);
    Files.createDirectory(later);
    Files.writeString(file, "first");
    awaitTold("first");
  }

  @Test
  void aFolderInThePlaceOfAnotherIsTakenUp() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path file = Files.writeString(inner.resolve("policy.yaml"), "first");
    start(FolderEvents.of(List.of(file)), OFTEN, file);
    Files.move(inner, folder.resolve("old"));
    Files.createDirectory(inner);
    Files.writeString(file, "second");
    awaitTold("second");
    Files.writeString(file, "third");
    awaitTold("third");
  }

  @ParameterizedTest
  @EnumSource(Means.class)
  void filesOfAWatchedFolderAreTold(Means means) throws Exception {
    Path policy = Files.createDirectory(folder.resolve("policy.d"));
    Files.writeString(policy.resolve("a.yaml"), "a");
    watch(means, policy);
    Files.writeString(policy.resolve("b.yaml"), "b");
    awaitTold("folder");
    Files.delete(policy.resolve("a.yaml"));
    awaitTold("folder");
  }

  @ParameterizedTest
  @EnumSource(Means.class)
  void theSameContentIsNoChange(Means means) throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), "first");
    watch(means, file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    Way.RENAMED_OVER.change(file, "first");
    Files.writeString(folder.resolve("another.yaml"), "other");
    assertNull(told.poll(NOTHING_MILLIS, TimeUnit.MILLISECONDS));
    Files.writeString(file, "second");
    awaitTold("second");
  }

  @Test
  void changesInQuickSuccessionAreToldTogether() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), "first");
    watch(Means.NOTIFICATIONS, file);
    int writes = 200;
    for (int i = 1; i <= writes; i++) {
      Files.writeString(file, "version " + i);
    }
    awaitTold("version " + writes);
    // Once, unless this machine made a pause between two of them.
    assertTrue(tells.get() < writes / 10, tells::toString);
  }

  @Test
  void aFolderThatIsNeverQuietDoesNotPutItOffForEver() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), "first");
    watch(Means.NOTIFICATIONS, file);
    Path noise = folder.resolve("noise");
    CountDownLatch enough = new CountDownLatch(1);
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (!enough.await(10, TimeUnit.MILLISECONDS)) {
                      Files.writeString(noise, "noise");
                    }
                  } catch (IOException | InterruptedException ended) {
                    Thread.currentThread().interrupt();
                  }
                });
    try {
      Files.writeString(file, "second");
      awaitTold("second");
    } finally {
      enough.countDown();
      writer.join();
    }
  }

  @Test
  void aFailingCallbackEndsNothing() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), "first");
    FileWatch watch =
        FileWatch.start(
            List.of(file),
            changed -> {
              tell(changed);
              throw new IllegalStateException("expected by a test");
            });
    watches = List.of(watch);
    Files.writeString(file, "second");
    awaitTold("second");
    Files.writeString(file, "third");
    awaitTold("third");
  }

  @Test
  void eachOfSeveralFilesIsToldByItsName() throws Exception {
    Path policy = Files.writeString(folder.resolve("policy.yaml"), "policy");
    Path tokens = Files.writeString(folder.resolve("tokens.yaml"), "tokens");
    watch(Means.NOTIFICATIONS, policy, tokens);
    Files.writeString(tokens, "new tokens");
    awaitTold("new tokens");
    Files.writeString(policy, "new policy");
    awaitTold("new policy");
  }

  @ParameterizedTest
  @EnumSource(Means.class)
  void afterClosingNothingIsTold(Means means) throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), "first");
    watch(means, file);
    watches.getFirst().close();
    Files.writeString(file, "second");
    assertNull(told.poll(NOTHING_MILLIS, TimeUnit.MILLISECONDS));
    watches.getFirst().close();
  }

  private void watch(Means means, Path... files) {
    switch (means) {
      case NOTIFICATIONS -> start(FolderEvents.of(List.of(files)), NEVER, files);
      case LOOKING -> start(FolderEvents.none(), OFTEN, files);
    }
  }

  private void start(FolderEvents events, Duration lookEvery, Path... files) {
    watches = List.of(FileWatch.start(List.of(files), file -> tell(file), events, lookEvery));
  }

  private void tell(Path file) {
    tells.incrementAndGet();
    told.add(read(file));
  }

  /// Waits until the content is told; what was told of a change half done may come before it.
  private void awaitTold(String content) throws InterruptedException {
    String last = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    while (last != null && !last.equals(content)) {
      last = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    assertEquals(content, last);
  }

  private void mount(String name, String content) throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("policy.yaml"), content);
  }

  private static String read(Path file) {
    try {
      return Files.isDirectory(file) ? "folder" : Files.readString(file);
    } catch (IOException absent) {
      return "absent";
    }
  }
}
