package dev.sallyport.proxy.workbench;

import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads the events of a log as a stream, from the oldest to the newest, in bounded memory. Lines
/// that are no events are passed over: `audit verify` is what finds them.
final class LogEvents {
  private LogEvents() {}

  /// Hands over each event of the chain that a file belongs to, or of every chain of a folder.
  static void each(Path log, Consumer<RecordedEvent> consumer) throws IOException {
    try (Trail trail = Trail.open(log, Span.ALWAYS)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        if (next.get() instanceof RecordedLine.Event(Path _, long _, RecordedEvent event)) {
          consumer.accept(event);
        }
      }
    }
  }
}
