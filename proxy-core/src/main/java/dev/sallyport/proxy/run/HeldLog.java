package dev.sallyport.proxy.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// Keeps the program's own warnings back while somebody else has the terminal: a line in the middle
/// of a full-screen program would spoil it. Safe on any thread.
public final class HeldLog implements AutoCloseable {
  /// The newest warnings are kept, at most this many.
  static final int MAX_KEPT = 20;

  private final Keeper keeper = new Keeper();
  private final Optional<Logger> root;
  private final Level level;
  private final List<Appender<ILoggingEvent>> others = new ArrayList<>();

  private HeldLog(Optional<Logger> root) {
    this.root = root;
    this.level = root.map(Logger::getEffectiveLevel).orElse(Level.INFO);
    root.ifPresent(this::takeOver);
  }

  /// Takes over what the log would have printed, until it is closed.
  public static HeldLog begin() {
    return new HeldLog(
        LoggerFactory.getILoggerFactory() instanceof LoggerContext context
            ? Optional.of(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME))
            : Optional.empty());
  }

  /// What was said so far, oldest first.
  public List<String> lines() {
    return keeper.lines();
  }

  /// Lets the log print again.
  @Override
  public void close() {
    root.ifPresent(this::giveBack);
  }

  private void takeOver(Logger logger) {
    logger.iteratorForAppenders().forEachRemaining(others::add);
    others.forEach(logger::detachAppender);
    keeper.setContext(logger.getLoggerContext());
    keeper.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(keeper);
  }

  private void giveBack(Logger logger) {
    logger.detachAppender(keeper);
    others.forEach(logger::addAppender);
    logger.setLevel(level);
  }

  /// Remembers messages.
  private static final class Keeper extends AppenderBase<ILoggingEvent> {
    private final Deque<String> kept = new ArrayDeque<>();
    private long dropped;

    synchronized List<String> lines() {
      List<String> lines = new ArrayList<>(kept);
      if (dropped > 0) {
        lines.addFirst(dropped + " earlier warnings are left out");
      }
      return List.copyOf(lines);
    }

    @Override
    protected void append(ILoggingEvent event) {
      keep(event.getFormattedMessage());
    }

    private synchronized void keep(String message) {
      if (kept.size() == MAX_KEPT) {
        kept.removeFirst();
        dropped++;
      }
      kept.addLast(message);
    }
  }
}
