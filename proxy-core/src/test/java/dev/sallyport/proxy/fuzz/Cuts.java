package dev.sallyport.proxy.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Where a stream of octets is cut into the segments that arrive one by one.
final class Cuts {
  /// Nowhere.
  static final Cuts NONE = new Cuts(0);

  private final long seed;

  private Cuts(long seed) {
    this.seed = seed;
  }

  /// At places that depend on the octets alone, so that a finding can be had again.
  static Cuts of(byte[] octets) {
    return new Cuts(Arrays.hashCode(octets) | 1L << 32);
  }

  List<byte[]> segments(byte[] octets) {
    if (seed == 0) {
      return List.of(octets);
    }
    Random random = new Random(seed);
    int most = 1 + random.nextInt(Math.max(1, octets.length));
    List<byte[]> segments = new ArrayList<>();
    for (int at = 0; at < octets.length; ) {
      int end = Math.min(octets.length, at + 1 + random.nextInt(most));
      segments.add(Arrays.copyOfRange(octets, at, end));
      at = end;
    }
    return segments;
  }

  /// Each octet as one character.
  static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
