package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a gate signs, and what no longer holds when somebody without the key writes the log anew.
class SignedChainTest {
  private static final int MANY = 2 * Checkpoint.WITHIN + 10;

  @TempDir Path temp;
  private Path file;
  private Path folder;

  @BeforeEach
  void name() {
    folder = temp.resolve("audit");
    file = folder.resolve("sallyport.jsonl");
  }

  private void write(int events, long rotateSize) throws IOException {
    try (FileAuditLog log =
        FileAuditLog.open(FileAuditLogFileTest.settings(file, rotateSize), Clock.systemUTC())) {
      for (int i = 0; i < events; i++) {
        Future<Void> one = log.write(Samples.closed(), ImmediateEventExecutor.INSTANCE);
        assertTrue(one.awaitUninterruptibly(30, TimeUnit.SECONDS) && one.isSuccess());
      }
    }
  }

  private void write(int events) throws IOException {
    write(events, FileFixture.LARGE);
  }

  private Verification.ChainResult verified(Trusted trusted) throws IOException {
    return ChainVerifier.verify(file, trusted).chains().getFirst();
  }

  private String sentence() throws IOException {
    return verified(Trusted.NOTHING).sentence();
  }

  private String sentence(String anchor) throws IOException {
    return verified(anchored(anchor)).sentence();
  }

  private static Trusted anchored(String anchor) {
    return Trusted.NOTHING.with(List.of(), List.of(Anchor.of(anchor).orElseThrow()));
  }

  private static String text(ChainHead head) {
    return new Anchor(Optional.empty(), head).text();
  }

  private List<ChainHead> heads() throws IOException {
    return ChainText.read(file).stream().map(RecordedEvent::head).toList();
  }

  /// The same events with right numbers and hashes, by somebody who has no key: what a signature
  /// was stays as text.
  private void rewrite(List<String> lines) throws IOException {
    StringBuilder out = new StringBuilder();
    String prev = Seal.NO_HASH;
    int seq = 0;
    for (String line : lines) {
      String open =
          line.replaceFirst("\"sallyport.seq\":[0-9]+", "\"sallyport.seq\":" + ++seq)
              .replaceFirst(
                  "\"sallyport.prev\":\"[0-9a-f]+\",\"sallyport.hash\":\"[0-9a-f]+\"}",
                  "\"sallyport.prev\":\"" + prev + "\"}");
      String hash =
          HexFormat.of().formatHex(Seal.sha256().digest(open.getBytes(StandardCharsets.UTF_8)));
      out.append(open, 0, open.length() - 1).append(",\"sallyport.hash\":\"").append(hash);
      out.append("\"}\n");
      prev = hash;
    }
    Files.writeString(file, out);
  }

  private List<String> lines() throws IOException {
    return new ArrayList<>(Files.readString(file).lines().toList());
  }

  @Test
  void theFirstEventsAndTheLastAreSigned() throws IOException {
    write(5);
    List<RecordedEvent> events = ChainText.read(file);
    assertTrue(events.size() >= 6, "five and a checkpoint at least");
    assertTrue(Checkpoint.is(events.getLast()));
    assertEquals(
        "sallyport.jsonl: intact up to %d, signed up to %d".formatted(events.size(), events.size()),
        sentence());
    EventSchemaAssert.assertAllValid(file);
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder.resolve("audit-signing.key"))));
    int before = events.size();
    write(1);
    RecordedEvent resumed = ChainText.read(file).get(before);
    assertEquals("start", resumed.text("sallyport.checkpoint.cause").orElseThrow());
    assertTrue(ChainVerifier.verify(folder).holds());
  }

  @Test
  void noStretchIsLongerThanPromised() throws IOException {
    write(MANY);
    long last = 0;
    for (RecordedEvent event : ChainText.read(file)) {
      if (Checkpoint.is(event)) {
        last = event.seq();
      }
      assertTrue(event.seq() - last <= Checkpoint.WITHIN, event::toString);
    }
    List<String> lines = lines();
    int signed = 0;
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).contains("\"checkpoint\"") && i > 10 && i < lines.size() - 1) {
        lines.remove(i);
        signed++;
      }
    }
    assertTrue(signed >= 1);
    rewrite(lines);
    assertTrue(
        sentence().contains("signature does not hold") || sentence().contains("checkpoint is miss"),
        sentence());
  }

  @Test
  void aNewFileBeginsWithACheckpoint() throws IOException {
    write(300, 40_000);
    List<Path> files = new ArrayList<>(ChainFiles.of(file).finished());
    files.add(file);
    assertTrue(files.size() > 2, files::toString);
    for (Path one : files.subList(1, files.size())) {
      assertTrue(Checkpoint.is(ChainText.read(one).getFirst()), one::toString);
      EventSchemaAssert.assertAllValid(one);
    }
    assertTrue(sentence().matches(".*intact up to (\\d+), signed up to \\1"), sentence());
  }

  @Test
  void aRewrittenFileShows() throws IOException {
    write(5);
    List<String> lines = lines();
    lines.set(2, lines.get(2).replace("api.example.com", "api.example.org"));
    rewrite(lines);
    assertTrue(sentence().contains("the signature does not hold"), sentence());
  }

  @Test
  void aFileRewrittenWithoutCheckpointsShows() throws IOException {
    write(5);
    List<String> lines = lines();
    lines.removeIf(line -> line.contains("\"checkpoint\""));
    rewrite(lines);
    assertEquals(
        "sallyport.jsonl: intact up to 5, not signed; no checkpoint is in it, and a gate signs one"
            + " with its first events",
        sentence());
    assertEquals(1, ChainVerifier.verify(file).exitCode());
  }

  @Test
  void aSignatureOfAnotherKeyShows() throws IOException {
    write(5);
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    SigningKey forged = SigningKey.open(elsewhere);
    Files.writeString(
        file,
        ChainText.signed(
            ChainHead.NONE,
            Optional.of(forged),
            List.of(Samples.closed(), Checkpoint.event(Samples.AT, Checkpoint.Cause.START))));
    assertTrue(
        sentence().contains("intact up to 1, not signed; sallyport.jsonl:2: it is signed with key"),
        sentence());
    VerifyingKey kept = VerifyingKey.read(folder.resolve("audit-signing.pub"));
    Files.copy(
        elsewhere.resolve("audit-signing.pub"),
        folder.resolve("audit-signing.pub"),
        StandardCopyOption.REPLACE_EXISTING);
    assertTrue(sentence().endsWith("intact up to 2, signed up to 2"), "both were exchanged");
    Trusted trusted = Trusted.NOTHING.with(List.of(kept), List.of());
    assertTrue(verified(trusted).fault().isPresent(), "but not the key that was kept");
    trusted = Trusted.NOTHING.with(List.of(kept, forged.open()), List.of());
    assertEquals(Optional.empty(), verified(trusted).fault());
  }

  @Test
  void withoutAKeyNoSignatureHolds() throws IOException {
    write(3);
    Files.delete(folder.resolve("audit-signing.pub"));
    assertTrue(sentence().contains("none of those known here; name its public"), sentence());
    Files.writeString(folder.resolve("audit-signing.pub"), "noise");
    assertTrue(sentence().contains("none of those known here; name its public"), sentence());
  }

  @Test
  void aRetiredOrCheckpointWithoutSignatureShows() throws IOException {
    Files.createDirectories(folder);
    AuditEvent bare = Checkpoint.event(Samples.AT, Checkpoint.Cause.START);
    Files.writeString(file, ChainText.of(List.of(bare)));
    assertTrue(sentence().contains("the `checkpoint` is not signed"), sentence());
  }

  @Test
  void aCutTailShowsAgainstAnAnchor() throws IOException {
    write(6);
    ChainHead last = heads().getLast();
    ChainHead third = heads().get(2);
    assertTrue(sentence(text(last)).endsWith("anchored up to " + last.seq()));
    assertTrue(sentence(text(third)).endsWith("anchored up to 3"));
    Files.writeString(file, String.join("\n", lines().subList(0, 4)) + "\n");
    assertEquals(Optional.empty(), verified(Trusted.NOTHING).fault(), "alone it cannot show");
    assertTrue(
        sentence(text(last))
            .endsWith(
                "; the anchor names event %d and the chain ends with event 4: its newest lines were"
                        .formatted(last.seq())
                    + " cut off"),
        sentence(text(last)));
    assertEquals(1, ChainVerifier.verify(file, anchored(text(last))).exitCode());
    Files.writeString(file, "");
    assertTrue(sentence(text(third)).contains("ends with event 0"), sentence(text(third)));
  }

  @Test
  void anotherEventThanTheAnchoredOneShows() throws IOException {
    write(6);
    String anchor = "3:" + "a".repeat(64);
    assertTrue(
        sentence(anchor).contains("event 3 is not the one that the anchor names"),
        sentence(anchor));
    Trusted two =
        Trusted.NOTHING.with(
            List.of(),
            List.of(
                Anchor.of(text(heads().get(2))).orElseThrow(), Anchor.of(anchor).orElseThrow()));
    assertTrue(verified(two).sentence().contains("two anchors name event 3"));
  }

  @Test
  void anchorsAreReadAsTheGateTellsThem() throws IOException {
    write(3);
    ChainHead head = heads().get(1);
    Path anchors = temp.resolve("anchors");
    String json = new Anchor(Optional.of("sallyport.jsonl"), head).json();
    Files.writeString(anchors, json + "\n\n" + text(heads().get(2)) + "\n");
    List<Anchor> read = Anchor.read(anchors);
    assertEquals(List.of(head, heads().get(2)), read.stream().map(Anchor::head).toList());
    assertEquals(Optional.of("sallyport.jsonl"), read.getFirst().chain());
    for (String wrong : List.of("", "x", "3:abc", "{\"seq\":3}", "{\"hash\":\"x\",\"seq\":3}")) {
      Files.writeString(anchors, wrong);
      assertThrows(IOException.class, () -> Anchor.read(anchors), wrong);
    }
  }

  @Test
  void inAFolderAnAnchorIsForTheChainThatItNames() throws IOException {
    write(3);
    Files.writeString(folder.resolve("run.jsonl"), ChainText.of(List.of(Samples.closed())));
    Files.delete(folder.resolve("audit-signing.pub"));
    ChainHead head = ChainText.read(folder.resolve("run.jsonl")).getFirst().head();
    List<Anchor> anchors =
        List.of(
            new Anchor(Optional.of("run.jsonl"), head),
            new Anchor(Optional.of("gone.jsonl"), head),
            new Anchor(Optional.empty(), head));
    List<String> sentences =
        ChainVerifier.verify(folder, Trusted.NOTHING.with(List.of(), anchors)).sentences();
    assertEquals("run.jsonl: intact up to 1, not signed, anchored up to 1", sentences.getFirst());
    assertTrue(sentences.get(2).contains("the chain is not there"), sentences::toString);
    assertTrue(sentences.get(3).contains("does not say which chain"), sentences::toString);
  }

  @Test
  void aStretchHoldsByItself() throws IOException {
    write(6);
    Files.writeString(file, String.join("\n", lines().subList(2, 8)) + "\n");
    assertTrue(sentence().contains("nothing is intact; sallyport.jsonl:1: events 1 to 2 missing"));
    Trusted stretch = new Trusted(List.of(), List.of(), Trusted.Beginning.ANYWHERE);
    assertTrue(
        verified(stretch).sentence().matches(".*: intact from 3 up to 8, signed up to 8"),
        verified(stretch).sentence());
  }

  @Test
  void theKeyStaysAndIsOfTheFolder() throws IOException {
    Files.createDirectories(folder);
    SigningKey first = SigningKey.open(folder);
    assertEquals(first.id(), SigningKey.open(folder).id());
    assertNotEquals(first.id(), SigningKey.open(Files.createDirectory(temp.resolve("b"))).id());
    Files.writeString(folder.resolve("audit-signing.key"), "noise");
    AuditOpenException e = assertThrows(AuditOpenException.class, () -> SigningKey.open(folder));
    assertTrue(String.valueOf(e.getMessage()).contains("is not an audit signing key"));
    assertEquals(Collections.emptyList(), ChainFiles.in(folder));
  }
}
