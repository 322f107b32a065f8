package dev.sallyport.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The proof that a leak is seen: the build would otherwise be green for ever.
class RecordingLeakDetectorTest {
  @Test
  void everyBufferIsWatched() {
    assertSame(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
  }

  @Test
  void aForgottenBufferIsReportedOnceWithItsPlace() {
    RecordingLeakDetector.drain();
    forget();
    List<String> leaks = RecordingLeakDetector.drain();
    assertEquals(1, leaks.size(), leaks::toString);
    assertTrue(leaks.getFirst().contains("RecordingLeakDetectorTest.forget"), leaks.getFirst());
    assertEquals(List.of(), RecordingLeakDetector.drain());
  }

  @Test
  void aReleasedBufferIsNot() {
    RecordingLeakDetector.drain();
    Unpooled.directBuffer(16).release();
    assertEquals(List.of(), RecordingLeakDetector.drain());
  }

  @SuppressWarnings("CheckReturnValue") // this is the leak
  private static void forget() {
    Unpooled.directBuffer(16);
  }
}
