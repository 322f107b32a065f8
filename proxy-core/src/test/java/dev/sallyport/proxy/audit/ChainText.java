package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes and reads chains without a writer thread.
final class ChainText {
  private ChainText() {}

  /// The lines of a new chain of these events, each with its line feed.
  static String of(List<? extends AuditEvent> events) {
    return after(ChainHead.NONE, events);
  }

  static String after(ChainHead head, List<? extends AuditEvent> events) {
    return signed(head, Optional.empty(), events);
  }

  /// The same with checkpoints that bear a signature.
  static String signed(
      ChainHead head, Optional<SigningKey> key, List<? extends AuditEvent> events) {
    Chain chain = new Chain(head, key);
    events.forEach(chain::add);
    return StandardCharsets.UTF_8.decode(chain.lines()).toString();
  }

  static RecordedEvent parse(String line) {
    byte[] octets = line.strip().getBytes(StandardCharsets.UTF_8);
    Optional<RecordedEvent> event = RecordedEvent.parse(octets, 0, octets.length);
    return event.orElseThrow(() -> new AssertionError("not an event: " + line));
  }

  static RecordedEvent recorded(AuditEvent event) {
    return parse(of(List.of(event)));
  }

  static List<RecordedEvent> read(Path file) throws IOException {
    return Files.readString(file).lines().map(ChainText::parse).toList();
  }
}
