package dev.sallyport.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.load.LoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the organisation fixes cannot be changed from anywhere else.
class ManagedFileTest {
  private static final String MANAGED =
      """
      settings:
        audit: {file: /var/log/org.jsonl}
        identity: {tokens: tokens/org.yaml}
        resolve: {servers: [10.0.0.53]}
      policy: org-policy.yaml
      break-glass: {permitted: true, max: 1h}
      """;

  @TempDir private Path folder = Path.of("");
  private Path managed = Path.of("");

  @BeforeEach
  void write() throws Exception {
    Files.createDirectory(
        folder.resolve("etc"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    managed = folder.resolve("etc").resolve("managed.yaml");
    managed(MANAGED);
  }

  private void managed(String text) throws Exception {
    Files.writeString(managed, text);
    mode("rw-r--r--");
  }

  private void mode(String mode) throws Exception {
    Files.setPosixFilePermissions(managed, PosixFilePermissions.fromString(mode));
  }

  private LoadedSettings load(Map<String, String> environment, List<String> sets, String text)
      throws Exception {
    Path file = Files.writeString(folder.resolve("sallyport.yaml"), text);
    return SettingsLoader.of(UserFolders.of(Map.of(), folder), environment)
        .set(sets)
        .managedBy(managed)
        .load(file);
  }

  private List<String> problems(Map<String, String> environment, List<String> sets, String text) {
    return assertThrows(LoadException.class, () -> load(environment, sets, text))
        .problems()
        .stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  @Test
  void itsSettingsHoldAndItsPathsStartAtItsFolder() throws Exception {
    LoadedSettings loaded = load(Map.of(), List.of(), "audit: {rotate: {size: 8MiB}}\n");
    Settings settings = loaded.settings();
    assertEquals(Path.of("/var/log/org.jsonl"), settings.audit().file());
    assertEquals(8L << 20, settings.audit().rotateSize());
    assertEquals(Optional.of(folder.resolve("etc/tokens/org.yaml")), settings.identity().tokens());
    Managed said = loaded.managed().orElseThrow();
    assertEquals(List.of("audit.file", "identity.tokens", "resolve.servers"), said.fixed());
    assertEquals(Optional.of(folder.resolve("etc/org-policy.yaml")), said.policy());
    assertEquals(Optional.of(Duration.ofHours(1)), said.longestBreakGlass());
    assertEquals(64, said.sha256().length());
    assertEquals(
        List.of(
            "sallyport.managed.file",
            "sallyport.managed.sha256",
            "sallyport.managed.fixed",
            "sallyport.managed.policy"),
        List.copyOf(said.facts().keySet()));
  }

  @Test
  void whateverTriesToChangeThemIsToldBothPlaces() {
    assertEquals(
        List.of(
            "sallyport.yaml:1:9: `audit.file` is fixed by the organisation at"
                + " etc/managed.yaml:2:11; take it out here"),
        problems(Map.of(), List.of(), "audit: {file: mine.jsonl}\n"));
    assertEquals(
        List.of(
            "SALLYPORT_AUDIT_FILE: `audit.file` is fixed by the organisation at"
                + " etc/managed.yaml:2:11; take it out here"),
        problems(Map.of("SALLYPORT_AUDIT_FILE", "mine.jsonl"), List.of(), ""));
    assertEquals(
        List.of(
            "--set resolve.servers:1:1: `resolve.servers` is fixed by the organisation at"
                + " etc/managed.yaml:4:13; take it out here"),
        problems(Map.of(), List.of("resolve.servers=[10.0.0.1]"), ""));
  }

  @Test
  void aSectionThatIsNoMappingIsAnAttemptToo() {
    assertEquals(
        "sallyport.yaml:1:8: `audit.file` is fixed by the organisation at etc/managed.yaml:2:11;"
            + " take it out here",
        problems(Map.of(), List.of(), "audit: nothing\n").getFirst());
  }

  @Test
  void aFileThatOthersMayWriteIsNotObeyedAndNothingStarts() throws Exception {
    mode("rw-rw-r--");
    assertEquals(
        List.of(
            "etc/managed.yaml: `etc/managed.yaml` may be written by others; it must be root's, or"
                + " the gate's own user's, and writable by its owner alone"),
        problems(Map.of(), List.of(), ""));
    mode("rw-r--rw-");
    assertTrue(problems(Map.of(), List.of(), "").getFirst().contains("written by others"));
    mode("rw-r--r--");
    Files.setPosixFilePermissions(
        folder.resolve("etc"), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertTrue(problems(Map.of(), List.of(), "").getFirst().contains("`etc` may be written"));
  }

  @Test
  void itIsReadStrictly() throws Exception {
    managed("setings: {}\n");
    assertEquals(
        List.of("etc/managed.yaml:1:1: unknown key `setings`; did you mean `settings`?"),
        problems(Map.of(), List.of(), ""));
    managed("settings: {audit: {fiel: x}}\n");
    assertTrue(
        problems(Map.of(), List.of(), "")
            .getFirst()
            .startsWith("etc/managed.yaml:1:26: unknown key `fiel`"));
    managed("break-glass: {permitted: true}\n");
    assertTrue(problems(Map.of(), List.of(), "").getFirst().contains("a break-glass has an end"));
    managed("break-glass: {permitted: false, max: 1h}\n");
    assertEquals(
        Optional.empty(),
        load(Map.of(), List.of(), "").managed().orElseThrow().longestBreakGlass());
    Files.delete(managed);
    Files.createDirectory(managed);
    assertTrue(!problems(Map.of(), List.of(), "").isEmpty());
  }
}
