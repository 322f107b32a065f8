package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A sink in memory that fails or hangs when the test says so. Safe on any thread.
final class FakeSink implements EventSink {
  private final StringBuilder text = new StringBuilder();
  private final AtomicInteger appends = new AtomicInteger();
  private volatile boolean failing;
  private volatile boolean closed;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  void fail() {
    failing = true;
  }

  void recover() {
    failing = false;
  }

  /// The next writes do not return before [#release].
  void hold() {
    gate = new CountDownLatch(1);
  }

  void release() {
    gate.countDown();
  }

  /// How many writes were begun.
  int appends() {
    return appends.get();
  }

  boolean isClosed() {
    return closed;
  }

  synchronized String text() {
    return text.toString();
  }

  List<RecordedEvent> events() {
    List<RecordedEvent> events = new ArrayList<>();
    text().lines().forEach(line -> events.add(ChainText.parse(line)));
    return events;
  }

  @Override
  public void append(ByteBuffer lines, long firstSeq) throws IOException {
    appends.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    if (failing) {
      throw new IOException("No space left on device");
    }
    synchronized (this) {
      text.append(StandardCharsets.UTF_8.decode(lines));
    }
  }

  @Override
  public boolean beginsFileWith(int octets) {
    return false;
  }

  @Override
  public Optional<SetAside> reopen() {
    return Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
  }
}
