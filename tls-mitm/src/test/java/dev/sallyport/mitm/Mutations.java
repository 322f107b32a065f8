package dev.sallyport.mitm;

import static dev.sallyport.mitm.Wire.concat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Hellos gone wrong in a few places, the same ones on every run.
final class Mutations {
  /// Where lengths and types stand close together: headers of record and message, and the fields.
  private static final int HEAD_OCTETS = 120;

  private static final int MAX_MUTATIONS = 4;
  private static final int MAX_SLICE = 24;

  /// Values at which parsers go wrong.
  private static final int[] VALUES = {0, 1, 2, 3, 16, 22, 43, 0x7f, 0x80, 0xff};

  private final Random random;
  private final List<byte[]> hellos = new ArrayList<>();

  Mutations(long seed) {
    random = new Random(seed);
    hellos.add(HelloBuilder.to("example.com").alpn("h2", "http/1.1").record());
    hellos.add(HelloBuilder.bare().serverName("example.com").record());
    hellos.add(HelloBuilder.bare().serverName("example.com").serverName("evil.test").record());
    hellos.add(Wire.records(HelloBuilder.to("example.com").alpn("h2").message(), 1, 2, 1, 40, 40));
    RecordedHello.all().forEach(recorded -> hellos.add(recorded.octets()));
  }

  byte[] next() {
    byte[] octets = hellos.get(random.nextInt(hellos.size()));
    int count = 1 + random.nextInt(MAX_MUTATIONS);
    for (int i = 0; i < count && octets.length > 0; i++) {
      octets = mutate(octets);
    }
    return octets;
  }

  private byte[] mutate(byte[] octets) {
    int at =
        random.nextInt(random.nextBoolean() ? octets.length : Math.min(octets.length, HEAD_OCTETS));
    int end = Math.min(octets.length, at + 1 + random.nextInt(MAX_SLICE));
    byte[] before = Arrays.copyOf(octets, at);
    byte[] slice = Arrays.copyOfRange(octets, at, end);
    byte[] after = Arrays.copyOfRange(octets, end, octets.length);
    return switch (random.nextInt(7)) {
      case 0 -> set(octets, at, octets[at] ^ 1 << random.nextInt(8));
      case 1 -> set(octets, at, VALUES[random.nextInt(VALUES.length)]);
      case 2 -> set(octets, at, octets[at] + (random.nextBoolean() ? 1 : -1));
      case 3 -> random.nextInt(4) == 0 ? before : concat(before, after);
      case 4 -> concat(before, slice, slice, after);
      case 5 -> concat(before, slice, Wire.hex("16 0301 00"), new byte[] {slice[0]}, after);
      default -> inserted(octets, at, slice);
    };
  }

  /// Puts a slice in and, half of the time, makes record and message longer by as much.
  private byte[] inserted(byte[] octets, int at, byte[] slice) {
    byte[] longer =
        concat(Arrays.copyOf(octets, at), slice, Arrays.copyOfRange(octets, at, octets.length));
    if (at > 9 && random.nextBoolean()) {
      add(longer, 3, slice.length);
      add(longer, 7, slice.length);
    }
    return longer;
  }

  private static void add(byte[] octets, int at, int count) {
    int value = ((octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff)) + count;
    octets[at] = (byte) (value >> 8);
    octets[at + 1] = (byte) value;
  }

  private static byte[] set(byte[] octets, int at, int value) {
    byte[] changed = octets.clone();
    changed[at] = (byte) value;
    return changed;
  }
}
