package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every seed of every fuzz target, each of its beginnings, and the same with one octet changed.
class FuzzSeedsTest {
  private static final int CHANGES = 20;

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void whatMustHoldHoldsForTheSeedsAndTheirNeighbours(FuzzTarget target) throws Exception {
    List<byte[]> seeds = target.seeds();
    assertFalse(seeds.isEmpty());
    for (byte[] seed : seeds) {
      for (byte[] octets : neighbours(seed)) {
        try {
          target.check(octets);
        } catch (Throwable broken) {
          throw new AssertionError(Cuts.text(octets), broken);
        }
      }
    }
  }

  private static List<byte[]> neighbours(byte[] seed) {
    Random random = new Random(1);
    List<byte[]> all = new ArrayList<>();
    all.add(seed);
    for (int i = 0; i < CHANGES && seed.length > 0; i++) {
      byte[] changed = seed.clone();
      int at = random.nextInt(seed.length);
      changed[at] = i % 2 == 0 ? (byte) random.nextInt(256) : (byte) (changed[at] ^ 1 << i % 8);
      all.add(changed);
      all.add(Arrays.copyOf(seed, at));
    }
    return all;
  }
}
