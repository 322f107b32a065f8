package dev.sallyport.proxy.audit;

import java.util.Locale;

/// Octets and times for people.
public final class Amount {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final int STEP = 1024;
  private static final long SECOND_MILLIS = 1000;
  private static final long MINUTE_MILLIS = 60 * SECOND_MILLIS;

  private Amount() {}

  /// `17 B`, `1.5 KiB`.
  public static String octets(long octets) {
    if (octets < STEP) {
      return octets + " B";
    }
    double amount = octets;
    int unit = 0;
    // What would be rounded to 1024.0 is one of the next unit.
    while (amount >= STEP - 0.05 && unit < UNITS.length - 1) {
      amount /= STEP;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
  }

  /// `17 ms`, `1.5 s`, `12 min 5 s`.
  public static String millis(long millis) {
    if (millis < SECOND_MILLIS) {
      return millis + " ms";
    }
    if (millis < MINUTE_MILLIS) {
      return String.format(Locale.ROOT, "%.1f s", (double) millis / SECOND_MILLIS);
    }
    return millis / MINUTE_MILLIS + " min " + millis % MINUTE_MILLIS / SECOND_MILLIS + " s";
  }

  /// `1 request`, `2 requests`.
  public static String count(long count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }
}
