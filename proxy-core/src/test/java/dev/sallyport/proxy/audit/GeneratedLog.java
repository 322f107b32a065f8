package dev.sallyport.proxy.audit;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Writes logs of any size, quickly and always the same: events as the gate writes them but for the
/// chain, one a second. For tests and measurements.
public final class GeneratedLog {
  /// The time of the first event.
  public static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  private static final String[] CLASSES = {"model", "packages", "source", "telemetry"};
  private static final String[] REASONS = {"not-listed", "denied", "private-address"};

  private GeneratedLog() {}

  /// What an event says, for those who count on their own.
  public record Fact(
      long seq,
      boolean close,
      boolean allowed,
      String user,
      String trafficClass,
      String host,
      String reason,
      long sent,
      long received) {
    /// The line in the file.
    public String line() {
      String time = new EventTime().text(START.plusSeconds(seq));
      StringBuilder line = new StringBuilder(512);
      line.append("{\"time\":\"").append(time).append("\",\"sallyport.seq\":").append(seq);
      line.append(",\"sallyport.event.id\":\"01KAHQ0000000000000000CCCC\",\"sallyport.event\":\"");
      line.append(close ? "close" : "decision").append("\",\"user.name\":\"").append(user);
      line.append("\",\"sallyport.labels.repository\":\"acme/shop\",\"server.address\":\"");
      line.append(host).append("\",\"server.port\":443,\"http.request.method\":\"CONNECT\"");
      if (allowed) {
        line.append(",\"sallyport.class\":\"").append(trafficClass).append('"');
      }
      line.append(",\"sallyport.profile\":\"developer\",\"sallyport.decision\":\"");
      line.append(allowed ? "allow" : "deny").append("\",\"sallyport.reason\":\"");
      line.append(reason).append("\",\"sallyport.rule\":\"r-1\",\"sallyport.rule.source\":");
      line.append("\"policy.yaml:12\",\"sallyport.mode\":\"enforce\"");
      if (close) {
        line.append(",\"sallyport.bytes.sent\":").append(sent);
        line.append(",\"sallyport.bytes.received\":").append(received);
        line.append(",\"sallyport.duration_ms\":17,\"sallyport.end\":\"done\"");
        line.append(",\"sallyport.end.side\":\"client\"");
      }
      return line.append("}\n").toString();
    }
  }

  /// Writes events and tells of each.
  ///
  /// @param events how many
  /// @param users how many users there are
  /// @param hosts how many hosts there are
  public static void write(Path file, long events, int users, int hosts, Consumer<Fact> counter)
      throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      for (long seq = 1; seq <= events; seq++) {
        boolean close = random.nextInt(2) == 0;
        boolean allowed = close || random.nextInt(10) > 0;
        int host = Math.min(random.nextInt(hosts), random.nextInt(hosts));
        Fact fact =
            new Fact(
                seq,
                close,
                allowed,
                "user-" + Math.min(random.nextInt(users), random.nextInt(users)),
                CLASSES[host % CLASSES.length],
                "host-" + host + ".example.com",
                allowed ? "allowed" : REASONS[random.nextInt(REASONS.length)],
                close ? random.nextInt(100_000) : 0,
                close ? random.nextInt(1_000_000) : 0);
        out.write(fact.line());
        counter.accept(fact);
      }
    }
  }
}
