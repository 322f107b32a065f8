package dev.sallyport.proxy.stage;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/// Makes ULIDs: 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's base 32.
/// They join events and are no secrets. Safe on any thread.
public final class Ulid {
  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int LENGTH = 26;
  private static final ThreadLocal<SplittableRandom> RANDOM =
      ThreadLocal.withInitial(() -> new SplittableRandom(new SecureRandom().nextLong()));

  private Ulid() {}

  /// A new one.
  ///
  /// @param millis milliseconds since 1970
  public static String at(long millis) {
    SplittableRandom random = RANDOM.get();
    long high = random.nextLong();
    long low = random.nextLong();
    char[] out = new char[LENGTH];
    for (int i = 9; i >= 0; i--) {
      out[i] = DIGITS[(int) (millis >>> (5 * (9 - i))) & 31];
    }
    for (int i = 0; i < 8; i++) {
      out[10 + i] = DIGITS[(int) (high >>> (5 * i)) & 31];
      out[18 + i] = DIGITS[(int) (low >>> (5 * i)) & 31];
    }
    return new String(out);
  }
}
