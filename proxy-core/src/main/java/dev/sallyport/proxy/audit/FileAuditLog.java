package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.config.Settings;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events as JSON lines in a file, chained by hash. A thread of its own gives them form, number and
/// hash, many to one write; handing one over costs the caller a short lock.
///
/// An event is accepted when the write returned; nothing is forced to the disk before the end, so a
/// crash of the gate loses nothing and a crash of the machine what the system had not written.
/// Bounds: [#QUEUE] events or octets of decisions wait, and [#QUEUE_FOR_ALL] with the others; a
/// decision beyond that is answered as if the write had failed, and counted.
public final class FileAuditLog implements AuditLog {
  /// What decisions may fill.
  static final AuditQueue.Room QUEUE = new AuditQueue.Room(16_384, 32L << 20);

  /// What decisions, ends and the gate's own events may fill together: the rest is for the ends.
  static final AuditQueue.Room QUEUE_FOR_ALL = new AuditQueue.Room(81_920, 128L << 20);

  /// How long closing waits for the last write.
  static final long CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private static final String ENDING = ".jsonl";

  private static final Logger LOG = LoggerFactory.getLogger(FileAuditLog.class);

  private final String chain;
  private final AuditQueue queue;
  private final Shortfall shortfall = new Shortfall();
  private final OnFailure onFailure;
  private final AuditWriter writer;
  private final Thread thread;
  private @Nullable RetentionThread retention;

  /// Opens the file that the settings name, creates it and its folder (0600, 0700) when they are
  /// missing, goes on with the chain that it holds, and starts the writer.
  ///
  /// @throws AuditOpenException when the file cannot be used, with one sentence for the operator
  public static FileAuditLog open(Settings.Audit settings, Clock clock) throws AuditOpenException {
    ChainFiles files = ChainFiles.of(settings.file());
    SigningKey key = key(files);
    AuditFile.Opened opened = AuditFile.open(files, settings.rotateSize(), Output::open);
    List<AuditEvent> notes = new ArrayList<>();
    opened.setAside().ifPresent(aside -> notes.add(Gap.tornLine(clock.instant(), aside)));
    if (!opened.sealHolds()) {
      notes.add(Gap.changedLine(clock.instant(), opened.head()));
      LOG.warn(
          "the last line of `{}` was changed after it was written; see `sallyport audit verify`",
          settings.file());
    }
    FileAuditLog log =
        new FileAuditLog(
            ChainFiles.name(files.active()),
            opened.file(),
            opened.head(),
            Optional.of(key),
            notes,
            settings.continueOnFailure() ? OnFailure.CONTINUE : OnFailure.REFUSE,
            new AuditQueue(QUEUE, QUEUE_FOR_ALL),
            clock);
    Retention retention =
        new Retention(
            files,
            settings.keepFor(),
            event -> log.write(event, ImmediateEventExecutor.INSTANCE),
            clock);
    log.retention = RetentionThread.start(retention, settings.keepFor());
    return log;
  }

  FileAuditLog(
      String chain,
      EventSink sink,
      ChainHead head,
      Optional<SigningKey> key,
      List<AuditEvent> notes,
      OnFailure onFailure,
      AuditQueue queue,
      Clock clock) {
    this.chain = chain;
    this.queue = queue;
    this.onFailure = onFailure;
    this.writer = new AuditWriter(queue, sink, head, key, notes, shortfall, onFailure, clock);
    this.thread = Thread.ofPlatform().daemon().name("audit-writer").start(writer);
  }

  private static SigningKey key(ChainFiles files) throws AuditOpenException {
    try {
      OwnerOnly.createFolder(files.folder());
      return SigningKey.open(files.folder());
    } catch (AuditOpenException unusable) {
      throw unusable;
    } catch (IOException failed) {
      throw new AuditOpenException(
          "the audit signing key in `%s` cannot be read or made: %s; mend that or choose another folder with `audit.file`"
              .formatted(files.folder(), IoProblem.text(failed)),
          failed);
    }
  }

  @Override
  public Future<Void> write(AuditEvent event, EventExecutor loop) {
    Pending pending = Pending.of(event, loop);
    boolean refused = pending.isDecision() && !writer.isWorking();
    if (!refused && queue.offer(pending)) {
      return pending.promise();
    }
    if (pending.isDecision()) {
      shortfall.count(onFailure.kind());
      return onFailure.answer(loop);
    }
    shortfall.count(Shortfall.Kind.LOST);
    return loop.newFailedFuture(new AuditUnavailableException("no more events can be kept"));
  }

  @Override
  public boolean isAvailable() {
    return onFailure == OnFailure.CONTINUE || writer.isWorking();
  }

  @Override
  public void mark(Optional<String> glass) {
    writer.mark(glass);
  }

  /// Says that all of this record is one session, as that of `sallyport run` is: from now on every
  /// event carries its name, which is that of the file without its ending.
  public void isOneSession() {
    writer.belongTo(
        chain.endsWith(ENDING) ? chain.substring(0, chain.length() - ENDING.length()) : chain);
  }

  /// The last event in the file, for those who keep it elsewhere: a later change of the file then
  /// shows.
  public ChainHead head() {
    return writer.head();
  }

  /// The same with the name of the chain.
  public Anchor anchor() {
    return new Anchor(Optional.of(chain), head());
  }

  /// Writes what was handed over and closes the file; waits for [#CLOSE_MILLIS] at most. Not to be
  /// called on an event loop.
  @Override
  public void close() {
    if (retention != null) {
      retention.close();
    }
    queue.close();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.error("the audit file was not closed within {} ms", CLOSE_MILLIS);
    }
  }
}
