package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Held against what the patterns say of hosts one by one.
class HostOverlapsTest {
  private static final List<HostPattern> PATTERNS =
      List.of(
          TestPolicy.host("x.test"),
          TestPolicy.host("a.x.test"),
          TestPolicy.host("ax.test"),
          TestPolicy.below("x.test"),
          TestPolicy.below("a.x.test"),
          TestPolicy.domain("x.test"),
          TestPolicy.domain("a.x.test"),
          TestPolicy.domain("test"),
          TestPolicy.address("10.0.0.0/8"),
          TestPolicy.address("10.1.0.0/16"),
          TestPolicy.address("11.0.0.0/8"),
          TestPolicy.any());

  private static final List<Host> HOSTS =
      List.of(
          TestPolicy.name("test"),
          TestPolicy.name("x.test"),
          TestPolicy.name("ax.test"),
          TestPolicy.name("y.test"),
          TestPolicy.name("a.x.test"),
          TestPolicy.name("b.x.test"),
          TestPolicy.name("c.a.x.test"),
          TestPolicy.to("https://10.0.0.1").host(),
          TestPolicy.to("https://10.1.0.1").host(),
          TestPolicy.to("https://11.0.0.1").host(),
          TestPolicy.to("https://12.0.0.1").host());

  private static Set<Host> meant(HostPattern pattern) {
    HostIndex<HostPattern> index = HostIndex.of(List.of(pattern), each -> each);
    Set<Host> meant = new LinkedHashSet<>();
    for (Host host : HOSTS) {
      index.visit(host, found -> meant.add(host));
    }
    return meant;
  }

  @Test
  void coversAndOverlapsAsTheHostsSay() {
    for (HostPattern one : PATTERNS) {
      for (HostPattern other : PATTERNS) {
        String pair = one + " and " + other;
        Set<Host> both = new LinkedHashSet<>(meant(one));
        both.retainAll(meant(other));
        assertEquals(!both.isEmpty(), HostOverlaps.overlap(one, other), pair);
        assertEquals(meant(one).containsAll(meant(other)), HostOverlaps.covers(one, other), pair);
      }
    }
  }

  @Test
  void findsWhatOverlaps() {
    HostOverlaps<HostPattern> index = HostOverlaps.of(PATTERNS, each -> each);
    for (HostPattern asked : PATTERNS) {
      List<HostPattern> expected = new ArrayList<>();
      for (HostPattern each : PATTERNS) {
        if (HostOverlaps.overlap(each, asked)) {
          expected.add(each);
        }
      }
      assertEquals(Set.copyOf(expected), Set.copyOf(index.overlapping(asked)), asked.toString());
    }
  }
}
