package dev.sallyport.mitm.origin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/// Chains that were found good for a host a short while ago: to judge one takes a millisecond or
/// more, and most connections go to the same few origins. Only good ones are kept, under a hash of
/// everything that the origin sent.
///
/// Any thread.
final class JudgedBefore {
  /// How long a verdict is kept; roots do not change in that time, and ends are looked at.
  static final Duration KEPT = Duration.ofHours(1);

  static final int MAX_KEPT = 2048;

  private final RecentlyUsed<String, Instant> goodUntil = new RecentlyUsed<>(MAX_KEPT);

  /// What a chain and a host are known by.
  static String key(String host, X509Certificate[] chain) throws CertificateEncodingException {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(host.getBytes(StandardCharsets.UTF_8));
      for (X509Certificate each : chain) {
        byte[] der = each.getEncoded();
        // With its length, so that no two chains have the same octets.
        hash.update((" " + der.length + " ").getBytes(StandardCharsets.UTF_8));
        hash.update(der);
      }
      return HexFormat.of().formatHex(hash.digest());
    } catch (GeneralSecurityException e) {
      throw new CertificateEncodingException("a chain cannot be hashed", e);
    }
  }

  boolean isGood(String key, Instant now) {
    return goodUntil.get(key).filter(now::isBefore).isPresent();
  }

  /// @param ends when the first certificate of the chain ends
  void good(String key, Instant now, Instant ends) {
    Instant until = now.plus(KEPT);
    goodUntil.put(key, ends.isBefore(until) ? ends : until);
  }
}
