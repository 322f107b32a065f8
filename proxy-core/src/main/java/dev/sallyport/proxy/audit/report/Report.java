package dev.sallyport.proxy.audit.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a stretch of the record says in sum. Names are as they stand in the events; whoever shows
/// them makes them harmless for the place where they are shown.
///
/// @param first the time of the first event counted; empty when there was none
/// @param last the time of the last
/// @param notices what nobody should read over, the worst first
/// @param uses who went where for what, busiest first
/// @param refusals most frequent first
/// @param news destinations of the period to which nothing was allowed in the one before; empty
///   when none was asked for
/// @param exceptions allowed by an exception, most frequent first
/// @param classes by what went up
/// @param talkers users by what went up
/// @param gate the gate's own events, by kind
/// @param bad lines that are no events
public record Report(
    Optional<Instant> first,
    Optional<Instant> last,
    Traffic total,
    List<Notice> notices,
    List<Use> uses,
    List<Refusal> refusals,
    Optional<News> news,
    List<ExceptionUse> exceptions,
    List<Named> classes,
    List<Named> talkers,
    List<Bucket> buckets,
    Map<String, Long> gate,
    long bad) {
  /// Stands in the place of a name for what came when a table was full.
  public static final String OTHERS = "(others)";

  /// Stands in the place of a name that an event does not have.
  public static final String NOBODY = "-";

  public Report {
    notices = List.copyOf(notices);
    uses = List.copyOf(uses);
    refusals = List.copyOf(refusals);
    exceptions = List.copyOf(exceptions);
    classes = List.copyOf(classes);
    talkers = List.copyOf(talkers);
    buckets = List.copyOf(buckets);
  }

  /// Numbers.
  ///
  /// @param allowed decisions that let something pass
  /// @param refused decisions that did not, `ask` among them
  /// @param sent octets towards origins, of connections that ended in the period
  /// @param received octets from origins
  public record Traffic(long allowed, long refused, long sent, long received) {}

  /// A time in which the policy did not hold as written, or events that are missing.
  ///
  /// @param sentence without a full stop
  /// @param users some of those whose events they are, in the order of their coming
  public record Notice(
      String sentence, long times, Instant first, Instant last, List<String> users) {
    public Notice {
      users = List.copyOf(users);
    }
  }

  /// One user, one class, one host.
  public record Use(String user, String trafficClass, String host, Traffic traffic) {}

  /// What was refused for one reason by one rule.
  ///
  /// @param destination `host:port`
  /// @param rule the place of the rule, or its id; [#NOBODY] when no rule decided
  /// @param users some of those who asked, in the order of their coming
  public record Refusal(
      String destination,
      String reason,
      String rule,
      long times,
      Instant first,
      Instant last,
      List<String> users) {
    public Refusal {
      users = List.copyOf(users);
    }
  }

  /// The comparison with the period before.
  ///
  /// @param from where the period before begins; it ends where this one begins
  /// @param complete whether all destinations of both periods were kept
  /// @param destinations in the order of their coming
  public record News(Instant from, boolean complete, List<NewDestination> destinations) {
    public News {
      destinations = List.copyOf(destinations);
    }
  }

  /// A destination that was not used in the period before.
  public record NewDestination(
      String host, String trafficClass, String user, Instant first, long times) {}

  /// What one exception allowed.
  public record ExceptionUse(String rule, String host, long times, Instant first, Instant last) {}

  /// The numbers of one class or user.
  public record Named(String name, Traffic traffic) {}

  /// The decisions of a stretch of time.
  public record Bucket(Instant from, Duration length, long allowed, long refused) {}
}
