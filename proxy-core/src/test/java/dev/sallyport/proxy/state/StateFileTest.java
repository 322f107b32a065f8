package dev.sallyport.proxy.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.Kill.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.123Z");

  @TempDir private Path folder = Path.of("");

  private Path path() {
    return folder.resolve("x.sock.state");
  }

  private StateFile file() {
    return StateFile.beside(Optional.of(folder.resolve("x.sock")));
  }

  private static Target target(String kind, String value) {
    return KillTargets.of(kind, value).orElseThrow();
  }

  private static GateState full() {
    GateState state = GateState.NONE;
    for (Target target :
        List.of(
            new Target.Everything(),
            target("client", "ci-1"),
            target("client", "10.0.0.0/8"),
            target("client", "2001:db8::1"),
            target("host", "evil.example"),
            target("host", "203.0.113.7"),
            target("class", "web"))) {
      state = state.with(new Kill(target, "it's a 'leak' # {}", "o'hara", NOW));
    }
    BreakGlass glass = new BreakGlass("01ABC", "outage: all", "root", NOW, NOW.plusSeconds(9));
    return state.with(List.of(glass)).told(Set.of("EX-1@2026-12-01T00:00:00Z"));
  }

  @Test
  void whatIsSavedIsLoaded() throws Exception {
    assertEquals(GateState.NONE, file().load());
    file().save(full());
    GateState loaded = file().load();
    assertEquals(full().switches().kills(), loaded.switches().kills());
    assertEquals(full().switches().glasses(), loaded.switches().glasses());
    assertEquals(full().told(), loaded.told());
    file().save(GateState.NONE);
    assertEquals(List.of(), file().load().switches().kills());
  }

  @Test
  void oneSwitchForEachTarget() {
    GateState once = GateState.NONE.with(new Kill(new Target.Everything(), "a", "x", NOW));
    GateState twice = once.with(new Kill(new Target.Everything(), "b", "x", NOW));
    assertEquals(1, twice.switches().kills().size());
    assertEquals("b", twice.switches().kills().getFirst().reason());
    assertEquals(List.of(), twice.without(new Target.Everything()).switches().kills());
  }

  /// Wherever it is cut, it is not taken for a whole one.
  @Test
  void aFileCutShortIsNeverBelieved() throws Exception {
    file().save(full());
    String whole = Files.readString(path());
    for (int length = 0; length < whole.length() - 1; length++) {
      Files.writeString(path(), whole.substring(0, length));
      assertThrows(UnreadableStateException.class, () -> file().load(), "length " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kills: [{host: evil.example, reason: r, by: b, at: 2026-01-01T00:00:00Z}]\nitems: 2\n",
        "kills: [{hots: evil.example, reason: r, by: b, at: 2026-01-01T00:00:00Z}]\nitems: 1\n",
        "kills: [{host: '*', reason: r, by: b, at: 2026-01-01T00:00:00Z}]\nitems: 1\n",
        "kills: [{host: evil.example, reason: r, by: b, at: yesterday}]\nitems: 1\n",
        "break-glass: [{id: x}]\nitems: 1\n",
        "items: 0\nmore: 1\n",
        "- 1\n",
        "\u0000",
      })
  void whatCannotBeUnderstoodIsAnError(String text) throws Exception {
    Files.writeString(path(), text);
    assertThrows(UnreadableStateException.class, () -> file().load());
  }

  @Test
  void aGateWithoutControlKeepsNothing() throws Exception {
    StateFile none = StateFile.beside(Optional.empty());
    none.save(full());
    assertEquals(GateState.NONE, none.load());
    Files.createDirectory(path());
    assertThrows(UnreadableStateException.class, () -> file().load());
  }
}
