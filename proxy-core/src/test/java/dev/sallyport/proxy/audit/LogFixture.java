package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Logs of a test over one sink.
final class LogFixture {
  /// More than a test puts in.
  static final AuditQueue.Room PLENTY = new AuditQueue.Room(1000, 1 << 30);

  private static final Clock CLOCK = Clock.fixed(Samples.AT, ZoneOffset.UTC);
  static final int WAIT_SECONDS = 30;

  private final FakeSink sink = new FakeSink();
  private final List<FileAuditLog> open = new ArrayList<>();

  FakeSink sink() {
    return sink;
  }

  FileAuditLog log(OnFailure onFailure, AuditQueue.Room decisions, AuditQueue.Room all) {
    FileAuditLog log =
        new FileAuditLog(
            "sallyport.jsonl",
            sink,
            ChainHead.NONE,
            Optional.empty(),
            List.of(),
            onFailure,
            new AuditQueue(decisions, all),
            CLOCK);
    open.add(log);
    return log;
  }

  FileAuditLog log() {
    return log(OnFailure.REFUSE, PLENTY, PLENTY);
  }

  void end() {
    sink.recover();
    sink.release();
    open.forEach(FileAuditLog::close);
    sink.text().lines().forEach(EventSchemaAssert::assertValid);
  }

  /// Keeps the writer inside a write, so that what comes next waits in the queue.
  Future<Void> hold(FileAuditLog log) throws Exception {
    sink.hold();
    Future<Void> held = log.write(Samples.allowed(), ImmediateEventExecutor.INSTANCE);
    Eventually.holds(() -> sink.appends() == 1);
    return held;
  }

  List<String> kinds() {
    return sink.events().stream().map(RecordedEvent::kind).toList();
  }

  static Object gap(RecordedEvent gap, String name) {
    return gap.fields().getOrDefault("sallyport.gap." + name, "absent");
  }

  static boolean isWritten(Future<Void> future) {
    assertTrue(future.awaitUninterruptibly(WAIT_SECONDS, TimeUnit.SECONDS), "no answer");
    return future.isSuccess();
  }

  static void isRefused(Future<Void> future) {
    assertFalse(isWritten(future));
    assertInstanceOf(AuditUnavailableException.class, future.cause());
  }
}
