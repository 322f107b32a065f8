package dev.sallyport.proxy.workbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayTest {
  private static final int MANY = 1_000_000;

  @TempDir private Path folder = Path.of("");

  private static Policy policy() throws LoadException {
    return PolicyLoader.load(
        "policy.yaml",
        """
        sallyport: 1
        name: acme
        classes:
          docs: {allow: [b.test, {subdomains-of: many.test}]}
        profiles:
          dev: {classes: [docs]}
        assign:
          - {token: "ci-*", profile: dev}
          - {anonymous: true, listener: main, profile: dev}
        """);
  }

  @Test
  void groupsWhatTurnsOutOtherwise() throws IOException, LoadException {
    try (PastLog log = PastLog.in(folder)) {
      log.decided("ci-1", "a.test", 443, "allow", "listed")
          .decided("ci-2", "a.test", 443, "allow", "listed")
          .decided("ci-1", "b.test", 443, "deny", "not-listed")
          .decided("ci-1", "b.test", 443, "allow", "listed")
          .decided("other", "b.test", 443, "allow", "listed")
          .decided("", "b.test", 443, "allow", "listed")
          // Not the policy's matter, and no decision.
          .decided("ci-1", "a.test", 443, "deny", "sni-mismatch")
          .closed("ci-1", "a.test", 443, 1, 1);
    }
    Replay.Report report = Replay.of(folder.resolve("sallyport.jsonl"), policy());
    assertEquals(6, report.judged());
    assertEquals(0, report.undetermined());
    assertEquals(3, report.closed());
    assertEquals(1, report.opened());
    Replay.Group first = report.flips().getFirst();
    assertEquals(
        new Replay.Flip(
            "https://a.test", "allow (listed)", "deny (not-listed)", Replay.Turn.CLOSES),
        first.flip());
    assertEquals(2, first.tally().times());
    assertEquals(PastLog.START, first.tally().first());
    assertEquals(PastLog.START.plusSeconds(1), first.tally().last());
    assertEquals(List.of("ci-1", "ci-2"), List.copyOf(first.tally().clients()));
    assertTrue(
        report.flips().stream().anyMatch(group -> group.flip().is().equals("deny (unassigned)")));
  }

  @Test
  void whatTheLogDoesNotTellIsUndetermined() throws IOException, LoadException {
    try (PastLog log = PastLog.in(folder)) {
      log.decided("ci-1", "not a host", 443, "allow", "listed")
          .decided("ci-1", "b.test", 0, "allow", "listed")
          .decided("ci-1\\u001b[2J", "b.test", 443, "allow", "listed")
          .decided("ci-1", "b.test", 443, "allow", "listed");
    }
    Replay.Report report = Replay.of(folder, policy());
    assertEquals(1, report.judged());
    assertEquals(3, report.undetermined());
    assertEquals(List.of(), report.flips());
  }

  @Test
  void aCertificateIsKnownByWhatItIsCalled() throws IOException, LoadException {
    try (PastLog log = PastLog.in(folder).certified()) {
      log.decided("spiffe://example.org/a", "b.test", 443, "allow", "listed")
          .decided("spiffe://example.org/b", "b.test", 443, "allow", "listed")
          .decided("\\u001b[2J", "b.test", 443, "allow", "listed");
    }
    Policy naming =
        PolicyLoader.load(
            "policy.yaml",
            """
            sallyport: 1
            name: acme
            classes: {docs: {allow: [b.test]}}
            profiles: {dev: {classes: [docs]}}
            assign: [{certificate: {uri: "spiffe://example.org/a"}, profile: dev}]
            """);
    Replay.Report report = Replay.of(folder, naming);
    assertEquals(2, report.judged());
    assertEquals(1, report.undetermined());
    assertEquals(1, report.closed());
  }

  private static String request(String method, String path, int query) {
    return ",\"http.request.method\":\"%s\",\"url.path\":\"%s\"%s"
        .formatted(method, path, query < 0 ? "" : ",\"url.query.length\":" + query);
  }

  /// A log tells of a WebSocket, which the policy allows only where it would allow a POST.
  @ParameterizedTest
  @CsvSource({
    "a.test, /docs/a, allow, CLOSES",
    "a.test, /both/a, deny, OPENS",
    "a.test, /both/a, allow, ''",
    "f.test, /, allow, CLOSES",
  })
  void aWebSocketIsJudgedAsTheGateJudgesIt(String host, String path, String was, String turn)
      throws IOException, LoadException {
    Policy looking =
        PolicyLoader.load(
            "policy.yaml",
            """
            sallyport: 1
            name: acme
            classes:
              docs:
                intercept: true
                allow:
                  - {host: a.test, methods: [GET], paths: [/docs/**]}
                  - {host: a.test, methods: [GET, POST], paths: [/both/**]}
                  - {host: f.test, methods: [GET], headers: {upgrade: websocket}}
            profiles: {dev: {classes: [docs]}}
            assign: [{token: me, profile: dev}]
            """);
    String intercepted = ",\"sallyport.treatment\":\"intercept\"";
    String webSocket = ",\"sallyport.upgrade\":\"websocket\"";
    try (PastLog log = PastLog.in(folder)) {
      log.requested("me", "https", host, was, request("GET", path, -1) + webSocket + intercepted)
          // The same without it: a GET, which every entry allows but that for WebSockets alone.
          .requested("me", "https", "a.test", "allow", request("GET", "/docs/a", -1) + intercepted)
          .requested("me", "https", "f.test", "deny", request("GET", "/", -1) + intercepted);
    }
    Replay.Report report = Replay.of(folder, looking);
    assertEquals(3, report.judged(), report::toString);
    assertEquals(
        turn.isEmpty() ? List.of() : List.of(Replay.Turn.valueOf(turn)),
        report.flips().stream().map(group -> group.flip().turn()).toList());
  }

  @Test
  void requestsAreJudgedAsFarAsTheLogTellsThem() throws IOException, LoadException {
    Policy looking =
        PolicyLoader.load(
            "policy.yaml",
            """
            sallyport: 1
            name: acme
            classes:
              docs:
                intercept: true
                allow:
                  - {host: a.test, scheme: any, methods: [GET], paths: [/docs/**, /one/x]}
                  - {host: q.test, scheme: any, paths: [/p], query: {v: "1"}}
                  - {host: h.test, scheme: any, headers: {accept: text/html}}
                  - {git: git.test, fetch: any}
              later: {allow: [e.test]}
            profiles:
              dev: {classes: [docs]}
            assign:
              - {token: "ci-*", proven: {repo: acme/x}, profile: dev}
              - {token: me, profile: dev}
            exceptions:
              - {id: E, class: docs, allow: x.test, reason: r, owner: o, expires: 2026-11-20T08:00:10Z}
            """);
    String intercepted = ",\"sallyport.treatment\":\"intercept\"";
    try (PastLog log = PastLog.in(folder)) {
      // Judged, but for the first of git: another query could be as long as the one that is meant.
      log.requested("me", "http", "a.test", "allow", request("GET", "/docs/a", 3))
          .requested("me", "http", "a.test", "allow", request("POST", "/docs/a", -1))
          .requested("me", "https", "a.test", "deny", request("GET", "/docs/***", -1) + intercepted)
          .requested("me", "https", "git.test", "allow", request("GET", "/o/r/info/refs", 23))
          .requested("me", "https", "git.test", "allow", request("GET", "/o/r/info/refs", 24))
          .requested("me", "https", "a.test", "allow", request("CONNECT", "", -1) + intercepted)
          .requested(
              "ci-1",
              "http",
              "a.test",
              "allow",
              request("GET", "/docs/a", -1) + ",\"sallyport.labels.repo\":\"acme/x\"")
          // Undetermined: a query, a field, a masked segment, a cut path, a tunnel, a count.
          .requested("me", "http", "q.test", "allow", request("GET", "/p", 3))
          .requested("me", "http", "h.test", "allow", request("GET", "/", -1))
          .requested("me", "http", "a.test", "allow", request("GET", "/one/***", -1))
          .requested("me", "http", "a.test", "allow", request("GET", "/docs/…", -1))
          .decided("me", "a.test", 443, "allow", "listed")
          .repeated("\"not-listed 40\",\"malformed 2\"")
          // The exception was in force up to the tenth second.
          .requested("me", "https", "x.test", "allow", "");
    }
    Replay.Report report = Replay.of(folder, looking);
    assertEquals(7, report.judged(), report::toString);
    assertEquals(6 + 40, report.undetermined(), report::toString);
    assertEquals(40, report.repeated());
    assertEquals(1, report.opened(), report::toString);
    assertEquals(3, report.closed(), report::toString);
  }

  @Test
  void anExceptionCountsWhileItWasInForce() throws IOException, LoadException {
    Policy excepting =
        PolicyLoader.load(
            "policy.yaml",
            """
            sallyport: 1
            name: acme
            classes:
              docs: {}
            profiles:
              dev: {classes: [docs], unknown: ask}
            assign:
              - {any: true, profile: dev}
            exceptions:
              - {id: E, class: docs, allow: x.test, reason: r, owner: o, expires: 2026-11-20T08:00:01Z}
            """);
    try (PastLog log = PastLog.in(folder)) {
      log.decided("me", "x.test", 443, "allow", "listed")
          .decided("me", "x.test", 443, "allow", "listed")
          .decided("me", "y.test", 443, "deny", "not-listed");
    }
    Replay.Report report = Replay.of(folder, excepting);
    assertEquals(1, report.closed());
    assertEquals(0, report.opened());
    assertEquals(
        List.of(Replay.Turn.CLOSES, Replay.Turn.ASKS),
        report.flips().stream().map(group -> group.flip().turn()).toList());
  }

  @Test
  void aMillionEventsTakeBoundedMemory() throws IOException, LoadException {
    long closed = 0;
    try (PastLog log = PastLog.in(folder)) {
      for (int i = 0; i < MANY; i++) {
        // More destinations than are told apart.
        boolean stays = i % 3 == 0;
        String host = stays ? "h" + i % 100 + ".many.test" : "h" + i % 25_000 + ".gone.test";
        log.decided("ci-" + i % 500, host, 443, "allow", "listed");
        closed += stays ? 0 : 1;
      }
    }
    Replay.Report report = Replay.of(folder, policy());
    assertEquals(MANY, report.judged());
    assertEquals(closed, report.closed());
    assertEquals(Replay.MAX_FLIPS + 1, report.flips().size());
    assertEquals(Replay.OTHERS, report.flips().getFirst().flip().destination());
    System.gc();
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    assertTrue(used < 300L * 1024 * 1024, () -> used + " octets are in use");
  }
}
