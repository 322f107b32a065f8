package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.Limits;
import dev.sallyport.proxy.config.Settings.Times;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Values;
import java.time.Duration;
import java.util.Optional;

/// Reads `limits`. Every limit has a range of its own, so that none can be switched off by a large
/// number.
final class LimitsReader {
  static final Limits DEFAULTS =
      new Limits(
          20_000,
          1_000,
          200,
          16 * 1024,
          16 * 1024,
          new Times(
              Duration.ofSeconds(10),
              Duration.ofSeconds(5),
              Duration.ofSeconds(10),
              Duration.ofSeconds(10),
              Duration.ofMinutes(30),
              Duration.ofSeconds(30)));

  private static final int MAX_CONNECTIONS = 1_000_000;
  private static final int MAX_EVENTS_PER_SECOND = 1_000_000;
  private static final int MIN_REQUEST_HEAD = 1024;
  private static final int MAX_REQUEST_HEAD = 256 * 1024;
  private static final int MIN_CLIENT_HELLO = 512;
  private static final int MAX_CLIENT_HELLO = 64 * 1024;
  private static final Duration MIN_TIME = Duration.ofMillis(1);
  private static final Duration MAX_WAIT = Duration.ofHours(1);
  private static final Duration MAX_IDLE = Duration.ofDays(30);
  private static final String PER_SECOND = "/s";

  private final SettingValues values;

  LimitsReader(SettingValues values) {
    this.values = values;
  }

  Limits limits(Fields root) {
    Fields limits = values.section(root, "limits");
    Limits read =
        new Limits(
            limits.integer("connections", 1, MAX_CONNECTIONS).orElse(DEFAULTS.connections()),
            limits
                .integer("connections-per-client", 1, MAX_CONNECTIONS)
                .orElse(DEFAULTS.connectionsPerClient()),
            limits
                .scalar("events-per-client")
                .flatMap(this::perSecond)
                .orElse(DEFAULTS.eventsPerClient()),
            size(limits, "request-head", MIN_REQUEST_HEAD, MAX_REQUEST_HEAD)
                .orElse(DEFAULTS.requestHead()),
            size(limits, "client-hello", MIN_CLIENT_HELLO, MAX_CLIENT_HELLO)
                .orElse(DEFAULTS.clientHello()),
            times(limits));
    limits.finish();
    return read;
  }

  private Times times(Fields limits) {
    Fields time = values.section(limits, "time");
    Times read =
        new Times(
            wait(time, "request-head").orElse(DEFAULTS.times().requestHead()),
            wait(time, "client-hello").orElse(DEFAULTS.times().clientHello()),
            wait(time, "dial").orElse(DEFAULTS.times().dial()),
            wait(time, "handshake").orElse(DEFAULTS.times().handshake()),
            time.duration("idle", MIN_TIME, MAX_IDLE).orElse(DEFAULTS.times().idle()),
            time.duration("drain", Duration.ZERO, MAX_WAIT).orElse(DEFAULTS.times().drain()));
    time.finish();
    return read;
  }

  private static Optional<Duration> wait(Fields time, String key) {
    return time.duration(key, MIN_TIME, MAX_WAIT);
  }

  private static Optional<Integer> size(Fields limits, String key, int min, int max) {
    return limits.size(key, min, max).map(Math::toIntExact);
  }

  private Optional<Integer> perSecond(Node.Scalar rate) {
    String text = rate.text();
    Optional<Integer> number =
        text.endsWith(PER_SECOND)
            ? Values.integer(text.substring(0, text.length() - PER_SECOND.length()))
            : Optional.empty();
    Optional<Integer> inRange = number.filter(n -> n >= 1 && n <= MAX_EVENTS_PER_SECOND);
    if (inRange.isEmpty()) {
      values.problem(
          rate.place(),
          "`events-per-client` must be a rate of 1/s to "
              + MAX_EVENTS_PER_SECOND
              + "/s, not "
              + Problem.quote(text),
          "write a number and `/s`, as in `200/s`");
    }
    return inRange;
  }
}
