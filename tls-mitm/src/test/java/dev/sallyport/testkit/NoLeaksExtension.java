package dev.sallyport.testkit;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class after which a Netty resource was collected without having been released.
///
/// What another thread still holds at the end of a class shows in a later one, so a class should
/// end its event loops.
public final class NoLeaksExtension implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    boolean outermost = context.getParent().flatMap(ExtensionContext::getTestClass).isEmpty();
    if (!outermost) {
      return;
    }
    List<String> leaks = RecordingLeakDetector.drain();
    if (!leaks.isEmpty()) {
      throw new AssertionError(leaks.size() + " leaked:\n" + String.join("\n", leaks));
    }
  }
}
