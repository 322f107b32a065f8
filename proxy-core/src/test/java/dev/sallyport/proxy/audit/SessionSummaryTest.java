package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.SessionSummary.ClassUse;
import dev.sallyport.proxy.audit.SessionSummary.Refusal;
import dev.sallyport.rules.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionSummaryTest {
  private static RecordedEvent allow(String trafficClass, String host) {
    return ChainText.parse(
        """
        {"sallyport.seq":1,"sallyport.event":"decision","server.address":"%s","server.port":443,\
        "sallyport.class":"%s","sallyport.decision":"allow","sallyport.reason":"listed"}
        """
            .formatted(host, trafficClass));
  }

  private static RecordedEvent deny(String host, String reason) {
    return ChainText.parse(
        """
        {"sallyport.seq":1,"sallyport.event":"decision","server.address":"%s","server.port":443,\
        "sallyport.decision":"deny","sallyport.reason":"%s"}
        """
            .formatted(host, reason));
  }

  private static RecordedEvent close(String trafficClass, long sent, long received) {
    return ChainText.parse(
        """
        {"sallyport.seq":1,"sallyport.event":"close","sallyport.class":"%s",\
        "sallyport.bytes.sent":%d,"sallyport.bytes.received":%d}
        """
            .formatted(trafficClass, sent, received));
  }

  private static final List<RecordedEvent> SESSION =
      List.of(
          ChainText.recorded(Samples.administrative(AuditEvent.Kind.START)),
          allow("packages", "c.example.org"),
          allow("model", "api.example.com"),
          allow("model", "api.example.com"),
          close("model", 1024, 2048),
          allow("packages", "a.example.org"),
          allow("packages", "b.example.org"),
          allow("packages", "d.example.org"),
          close("packages", 10, 1 << 20),
          close("model", 512, 0),
          deny("evil.example", "not-listed"),
          deny("2001:db8::1", "address-not-allowed"),
          deny("evil.example", "not-listed"),
          ChainText.recorded(Samples.malformed()),
          ChainText.recorded(
              Gap.shortfall(Samples.AT, new Shortfall.Counts(2, 1, 4), Optional.empty())));

  @Test
  void sumsByClassAndRefusal() {
    SessionSummary summary = SessionSummary.of(SESSION);
    assertEquals(
        List.of(
            new ClassUse(
                "packages",
                List.of("a.example.org", "b.example.org", "c.example.org", "d.example.org"),
                4,
                10,
                1 << 20),
            new ClassUse("model", List.of("api.example.com"), 2, 1536, 2048)),
        summary.classes());
    assertEquals(
        List.of(
            new Refusal("evil.example:443", "not-listed", 2),
            new Refusal("-", "malformed", 1),
            new Refusal("[2001:db8::1]:443", "address-not-allowed", 1)),
        summary.refusals());
    assertEquals(6, summary.requests());
    assertEquals(4, summary.refused());
    assertEquals(7, summary.unrecorded());
  }

  @Test
  void aTunnelThatWasAllowedAndThenRefusedIsRefused() {
    RecordedEvent allowed = ChainText.recorded(Samples.allowed());
    AuditEvent.Decided first = Samples.allowed();
    RecordedEvent refused =
        ChainText.recorded(
            new AuditEvent.Decided(
                first.at(),
                first.subject(),
                first.decision().withdrawn(Reason.SNI_MISMATCH),
                OptionalInt.empty()));
    RecordedEvent end = ChainText.recorded(Samples.closed(0, 0));
    SessionSummary summary = SessionSummary.of(List.of(allowed, refused, end));
    assertEquals(List.of(), summary.classes());
    assertEquals(
        List.of(new Refusal("api.example.com:443", "sni-mismatch", 1)), summary.refusals());
    SessionSummary twice = SessionSummary.of(List.of(allowed, end, allowed, refused, end));
    assertEquals(
        List.of(new ClassUse("model", List.of("api.example.com"), 1, 0, 0)), twice.classes());
    assertEquals(1, twice.refused());
  }

  @Test
  void whatIsOpenIsRememberedWithinABound() {
    OpenRequests<Integer> open = new OpenRequests<>();
    for (int i = 0; i <= OpenRequests.LIMIT; i++) {
      open.allowed(withRequest(i), i);
    }
    assertEquals(Optional.empty(), open.over(withRequest(0)));
    assertEquals(Optional.of(1), open.over(withRequest(1)));
    assertEquals(Optional.empty(), open.over(withRequest(1)));
  }

  private static RecordedEvent withRequest(int number) {
    return ChainText.parse(
        "{\"sallyport.seq\":1,\"sallyport.event\":\"decision\",\"sallyport.request.id\":\"r%d\"}"
            .formatted(number));
  }

  @Test
  void inWords() {
    assertEquals(
        List.of(
            "6 requests allowed, 4 refused, 1.5 KiB up, 1.0 MiB down",
            "  packages         4 requests    10 B up, 1.0 MiB down"
                + "  a.example.org, b.example.org, c.example.org and 1 more",
            "  model            2 requests    1.5 KiB up, 2.0 KiB down  api.example.com",
            "  refused          2 x           evil.example:443  not-listed:"
                + " no class of the profile lists this host",
            "  refused          1 x           -  malformed: the request is not well formed",
            "  refused          1 x           [2001:db8::1]:443  address-not-allowed:"
                + " every address of the host is one that may not be reached",
            "  7 events could not be written; see `gap`"),
        SessionSummary.of(SESSION).lines());
  }

  @Test
  void aSessionThatDidNothing() {
    assertEquals(
        List.of("0 requests allowed, 0 refused, 0 B up, 0 B down"),
        SessionSummary.of(List.of()).lines());
  }

  @Test
  void itStaysShort() {
    List<RecordedEvent> events = new ArrayList<>();
    for (int i = 0; i < SessionSummary.CLASS_LINES + 1; i++) {
      events.add(allow("class" + i, "h.example"));
    }
    for (int i = 0; i < SessionSummary.REFUSAL_LINES + 2; i++) {
      events.add(deny("h" + i + ".example", "not-listed"));
    }
    List<String> lines = SessionSummary.of(events).lines();
    assertEquals(
        1 + SessionSummary.CLASS_LINES + 1 + SessionSummary.REFUSAL_LINES + 1, lines.size());
    assertEquals("  and 1 more class", lines.get(1 + SessionSummary.CLASS_LINES));
    assertEquals("  and 2 more refused", lines.getLast());
  }

  @Test
  void whatItRemembersIsBounded() {
    SummaryCount count = new SummaryCount();
    for (int i = 0; i < SummaryCount.REMEMBERED + 5; i++) {
      count.add(allow("model", "h" + i + ".example"));
      count.add(deny("h" + i + ".example", "not-listed"));
    }
    SessionSummary summary = count.summary();
    ClassUse use = summary.classes().getFirst();
    assertEquals(SummaryCount.REMEMBERED + 5, use.requests());
    assertEquals(SummaryCount.REMEMBERED + 1, use.hosts().size());
    assertEquals(SummaryCount.REMEMBERED + 1, summary.refusals().size());
    assertEquals(new Refusal(SummaryCount.OTHERS, "not-listed", 5), summary.refusals().getFirst());
  }

  @Test
  void nothingInItReachesTheTerminalAsAControl() {
    List<String> lines =
        SessionSummary.of(
                List.of(allow("c\\u001b[2J", "h\\u202e"), deny("\\u009b1m\\n", "\\u0007")))
            .lines();
    assertTrue(
        lines.stream()
            .flatMapToInt(String::chars)
            .noneMatch(c -> c < 0x20 || c == 0x202e || (c >= 0x7f && c < 0xa0)),
        lines::toString);
  }

  @Test
  void aChainIsReadThroughItsFiles(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sallyport.jsonl");
    String first = ChainText.of(List.of(Samples.allowed(), Samples.closed(1, 2)));
    Files.writeString(folder.resolve("sallyport-from-000000000001.jsonl"), first);
    Files.writeString(file, ChainText.of(List.of(Samples.allowed())) + "bad\n");
    SessionSummary summary = SessionSummary.read(file);
    assertEquals(
        List.of(new ClassUse("model", List.of("api.example.com"), 2, 1, 2)), summary.classes());
  }
}
