package dev.sallyport.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Keeps every leak that Netty reports, for [NoLeaksExtension] to fail on. Netty makes one for each
/// kind of resource, by reflection. Safe from any thread.
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {
  /// Collections until nothing new may turn up: one to clear the references, one for what they
  /// held.
  private static final int COLLECTIONS = 2;

  /// Time for the JVM to hand cleared references to their queue, after each collection.
  private static final long SETTLE_MILLIS = 20;

  private static final List<RecordingLeakDetector<?>> DETECTORS = new CopyOnWriteArrayList<>();
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  /// The constructor that Netty looks for.
  public RecordingLeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
    DETECTORS.add(this);
  }

  /// The constructor that Netty looks for in older code paths; nothing is done with `maxActive`.
  public RecordingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
    this(resourceType, samplingInterval);
  }

  /// Collects garbage and returns the leaks seen since the last call, each with where the resource
  /// was touched; empty when all is well.
  public static List<String> drain() {
    for (int i = 0; i < COLLECTIONS; i++) {
      collect();
      DETECTORS.forEach(RecordingLeakDetector::poll);
    }
    List<String> leaks = new ArrayList<>();
    for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
      leaks.add(leak);
    }
    return leaks;
  }

  private static void collect() {
    System.gc();
    try {
      Thread.sleep(SETTLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Netty looks for leaked resources when it begins to track a new one.
  private static <T> void poll(RecordingLeakDetector<T> detector) {
    @SuppressWarnings("unchecked") // a detector never looks at what it tracks
    T probe = (T) new Object();
    @Nullable ResourceLeakTracker<T> tracker = detector.track(probe);
    if (tracker != null) {
      tracker.close(probe);
    }
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    LEAKS.add(resourceType + " was not released" + records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    LEAKS.add(resourceType + " was not released");
  }
}
