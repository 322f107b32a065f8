package dev.sallyport.proxy.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Reads the events of one file in order, in bounded memory. It believes what it reads:
/// [ChainVerifier] is what finds changes. Not safe for use by several threads.
public final class EventReader implements Closeable {
  private final Lines lines;

  private EventReader(Lines lines) {
    this.lines = lines;
  }

  /// Opens a file at its beginning.
  ///
  /// @throws IOException when it cannot be read
  public static EventReader open(Path file) throws IOException {
    return new EventReader(Lines.open(file));
  }

  /// The next line; empty at the end. A file that grows can be asked again later; a line that has
  /// no end yet is not given out.
  ///
  /// @throws IOException when the file cannot be read any more
  public Optional<RecordedLine> next() throws IOException {
    return next(Span.ALWAYS);
  }

  /// The next line that may lie within the span; lines outside are passed over without a look at
  /// anything but their time.
  Optional<RecordedLine> next(Span span) throws IOException {
    Lines.Step step = lines.next();
    while (step == Lines.Step.LINE
        && span.excludes(lines.buffer(), lines.lineStart(), lines.lineLength())) {
      step = lines.next();
    }
    return switch (step) {
      case LINE -> Optional.of(line());
      case TOO_LONG -> Optional.of(bad("longer than " + Lines.MAX_OCTETS + " octets"));
      case DAMAGED -> Optional.of(bad("the compressed file is damaged from here on"));
      case END -> Optional.empty();
    };
  }

  /// The octets of the last line as they stand in the file, as text; empty text before the first.
  String text() {
    return new String(
        lines.buffer(), lines.lineStart(), lines.lineLength(), StandardCharsets.UTF_8);
  }

  /// Octets read so far.
  long octetsRead() {
    return lines.octetsRead();
  }

  /// The file.
  public Path file() {
    return lines.file();
  }

  void skipTo(long position) throws IOException {
    lines.skipTo(position);
  }

  private RecordedLine line() {
    return RecordedEvent.parse(lines.buffer(), lines.lineStart(), lines.lineLength())
        .<RecordedLine>map(event -> new RecordedLine.Event(lines.file(), lines.number(), event))
        .orElseGet(() -> bad("not an audit event"));
  }

  private RecordedLine bad(String problem) {
    return new RecordedLine.Bad(lines.file(), lines.number(), problem);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
