package dev.sallyport.proxy.audit;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes finished files of a chain whose newest event is older than `audit.rotate.keep-for`,
/// oldest first, each behind a signed record that it was there. Blocks: for a thread of its own.
///
/// A file goes only when the next one begins behind its last event, and when it is itself event 1
/// or stands behind what a record tells of: so it never blesses what somebody else took away. The
/// active file stays, and the file before it while that holds the chain's last event.
final class Retention {
  /// How long a record may take to be written.
  static final Duration RECORD_TIME = Duration.ofSeconds(30);

  /// The kind of an event stands no later on its line.
  private static final int KIND_OCTETS = 256;

  private static final String KIND =
      "\"" + EventField.EVENT.text() + "\":\"" + AuditEvent.Kind.RETIRED.code() + "\"";
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final ChainFiles files;
  private final Duration keepFor;
  private final Function<AuditEvent, Future<Void>> log;
  private final Clock clock;
  private boolean halted;

  /// @param log writes an event; its future completes when it is in the file
  Retention(
      ChainFiles files, Duration keepFor, Function<AuditEvent, Future<Void>> log, Clock clock) {
    this.files = files;
    this.keepFor = keepFor;
    this.log = log;
    this.clock = clock;
  }

  /// Removes what is due; returns how many files that were.
  ///
  /// @throws IOException when a file cannot be read or removed; the rest is left for the next time
  int run() throws IOException, InterruptedException {
    int removed = 0;
    List<Path> left = new ArrayList<>(files.finished());
    while (!halted && !left.isEmpty()) {
      Path file = left.removeFirst();
      Optional<Retired.Stretch> due = due(file, left.isEmpty() ? files.active() : left.getFirst());
      if (due.isEmpty() || !isRecorded(due.get())) {
        return removed;
      }
      Files.delete(file);
      removed++;
      LOG.info("audit file `{}` was removed: its time was over", ChainFiles.name(file));
    }
    return removed;
  }

  private Optional<Retired.Stretch> due(Path file, Path next) throws IOException {
    Optional<RecordedEvent> behind = Files.exists(next) ? FileTail.first(next) : Optional.empty();
    Optional<Instant> until = behind.flatMap(Retention::time);
    if (until.isEmpty() || until.get().isAfter(clock.instant().minus(keepFor))) {
      return Optional.empty();
    }
    Optional<RecordedEvent> first = FileTail.first(file);
    Optional<ChainHead> last = FileTail.of(file).flatMap(FileTail::last).map(RecordedEvent::head);
    Optional<Instant> since = first.flatMap(Retention::time);
    if (since.isEmpty()
        || !last.equals(behind.map(Retention::before))
        || !isBeginning(first.get())) {
      halted = true;
      LOG.error(
          "audit file `{}` is due to be removed and is not: the chain is broken before or behind"
              + " it; see `sallyport audit verify`",
          ChainFiles.name(file));
      return Optional.empty();
    }
    return Optional.of(
        new Retired.Stretch(
            ChainFiles.name(file),
            first.get().seq(),
            last.get(),
            since.get(),
            until.get(),
            Files.size(file)));
  }

  /// Whether nothing is missing before an event but what was retired. The record of that is among
  /// the newer events, so they are looked through first.
  private boolean isBeginning(RecordedEvent first) throws IOException {
    if (first.seq() == 1) {
      return true;
    }
    ChainHead wanted = before(first);
    List<Path> all = new ArrayList<>(files.finished());
    all.add(files.active());
    for (Path file : all.reversed()) {
      if (tells(file, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean tells(Path file, ChainHead wanted) throws IOException {
    try (Lines lines = Lines.open(file)) {
      for (Lines.Step step = lines.next(); step != Lines.Step.END; step = lines.next()) {
        if (step == Lines.Step.LINE && isRetired(lines)) {
          Optional<ChainHead> upTo =
              RecordedEvent.parse(lines.buffer(), lines.lineStart(), lines.lineLength())
                  .filter(Retired::is)
                  .flatMap(Retired::upTo);
          if (upTo.equals(Optional.of(wanted))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isRetired(Lines lines) {
    int length = Math.min(lines.lineLength(), KIND_OCTETS);
    return new String(lines.buffer(), lines.lineStart(), length, StandardCharsets.ISO_8859_1)
        .contains(KIND);
  }

  private boolean isRecorded(Retired.Stretch file) throws InterruptedException {
    Future<Void> written = log.apply(Retired.event(clock.instant(), file));
    return written.await(RECORD_TIME.toMillis(), TimeUnit.MILLISECONDS) && written.isSuccess();
  }

  private static ChainHead before(RecordedEvent event) {
    return new ChainHead(event.seq() - 1, event.text(EventField.PREV).orElse(""));
  }

  private static Optional<Instant> time(RecordedEvent event) {
    try {
      return event.text(EventField.TIME).map(Instant::parse);
    } catch (DateTimeException noTime) {
      return Optional.empty();
    }
  }
}
