package dev.sallyport.proxy.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.sallyport.proxy.config.Settings;
import org.slf4j.LoggerFactory;

/// Sets the program's own log to what `log:` says: its level, and text or one JSON object a line.
/// On standard error.
final class LogSetup {
  private static final String STDERR = "STDERR";

  private LogSetup() {}

  static void apply(Settings.Log log) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(log.level(), Level.INFO));
    if (log.json() && root.getAppender(STDERR) instanceof ConsoleAppender<ILoggingEvent> appender) {
      JsonEncoder encoder = new JsonEncoder();
      encoder.setContext(context);
      encoder.start();
      appender.stop();
      appender.setEncoder(encoder);
      appender.start();
    }
  }
}
