package dev.sallyport.proxy.run;

import dev.sallyport.rules.ReportMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;

/// `run --report`: what the rules alone would refuse is let through and recorded, for a while and
/// in the name of whoever started it.
public final class ReportedRun {
  /// How long a run may go on without enforcement: a working day. From then on the rules hold.
  static final Duration TIME = Duration.ofHours(12);

  private static final String NOBODY = "whoever started this run";

  /// What a user of this machine may be called. The name is written into messages.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.@-]{1,64}");

  private ReportedRun() {}

  /// The mode of a run that starts now.
  ///
  /// @param environment names the user
  public static ReportMode mode(Map<String, String> environment, Instant now) {
    String user = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", ""));
    String owner = NAME.matcher(user).matches() ? user : NOBODY;
    return new ReportMode(owner, now.plus(TIME).truncatedTo(ChronoUnit.SECONDS));
  }

  /// What a person is told before the command starts, without a full stop.
  public static String notice(ReportMode mode) {
    return "REPORT MODE: what no rule allows is let through and recorded until "
        + mode.until()
        + ", in the name of "
        + mode.owner()
        + "; deny rules and the guard of private addresses hold";
  }

  /// What to do with the record.
  ///
  /// @param audit the file of the run
  public static String next(Path audit) {
    return "sallyport policy suggest --all " + audit;
  }
}
