package dev.sallyport.proxy.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.doctor.Closed.Answers;
import dev.sallyport.proxy.doctor.Closed.Known;
import dev.sallyport.proxy.doctor.Closed.Route;
import dev.sallyport.proxy.doctor.GateClient.Outcome;
import dev.sallyport.proxy.doctor.ThroughChecks.Asked;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is made of what was seen.
class JudgementTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private static GateStatus status(Instant time, List<String> reports, String unlisted) {
    return new GateStatus(
        time,
        "token `agent`",
        Optional.of("developer"),
        "acme @ 1234567",
        reports,
        unlisted,
        true,
        Optional.of("ab"),
        Optional.of(NOW.plus(Duration.ofDays(300))),
        List.of());
  }

  private static Finding named(String name, List<Finding> findings) {
    return findings.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "0, FINE",
    "999, FINE",
    "-30000, FINE",
    "30000, FINE",
    "30001, FAILS",
    "-30001, FAILS",
    "3600000, FAILS",
  })
  void clocksMayBeHalfAMinuteApart(long milliseconds, Verdict verdict) {
    GateStatus status = status(NOW.plusMillis(milliseconds), List.of(), "deny");
    Finding clock = named("clock", GateFacts.of(status, NOW));
    assertEquals(verdict, clock.verdict(), clock.toString());
    if (verdict == Verdict.FAILS) {
      assertTrue(clock.mend().contains("set both clocks by the same source"), clock.toString());
      assertTrue(clock.seen().contains(milliseconds < 0 ? "ahead of" : "behind"), clock.toString());
    }
  }

  @Test
  void reportModeIsAFailureInCapitals() {
    GateStatus status =
        status(NOW, List.of("policy, in the name of dev, until 2999-01-01T00:00:00Z"), "allow");
    Finding mode = named("mode", GateFacts.of(status, NOW));
    assertEquals(Verdict.FAILS, mode.verdict());
    assertTrue(mode.seen().startsWith("REPORT MODE"), mode.toString());
    assertTrue(mode.mend().contains("take `mode: report` out of the policy"), mode.toString());
  }

  @ParameterizedTest
  @CsvSource({"deny, FINE", "ask, FINE", "allow, NOTE"})
  void whatBecomesOfUnlistedHostsIsTold(String unlisted, Verdict verdict) {
    assertEquals(
        verdict, named("mode", GateFacts.of(status(NOW, List.of(), unlisted), NOW)).verdict());
  }

  @ParameterizedTest
  @CsvSource({"300, FINE", "31, FINE", "29, NOTE", "-1, FAILS"})
  void theAuthoritysEndIsTold(long days, Verdict verdict) {
    Instant now = NOW.plus(Duration.ofDays(300)).minus(Duration.ofDays(days));
    Finding authority = named("authority", GateFacts.of(status(now, List.of(), "deny"), now));
    assertEquals(verdict, authority.verdict(), authority.toString());
  }

  @Test
  void whoHasNoProfileIsToldHowToGetOne() {
    GateStatus nobody =
        GateStatus.parse("{\"gate\":\"sallyport\",\"time\":\"" + NOW + "\"}").orElseThrow();
    List<Finding> findings = GateFacts.of(nobody, NOW);
    assertEquals(Verdict.FAILS, named("identity", findings).verdict());
    assertTrue(named("identity", findings).mend().contains("token add"));
    assertEquals(Verdict.FINE, named("authority", findings).verdict());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "<html>",
        "{}",
        "{\"gate\":\"other\"}",
        "{\"gate\":\"sallyport\",\"time\":\"yesterday\"}"
      })
  void whatIsNotTheGatesPageIsNone(String page) {
    assertTrue(GateStatus.parse(page).isEmpty());
  }

  @Test
  void thePageIsRead() {
    GateStatus status =
        GateStatus.parse(
                """
                {"gate":"sallyport","time":"2026-11-28T12:00:00Z",
                 "identity":{"method":"token","name":"agent"},"profile":"dev",
                 "policy":{"name":"acme","version":"0123456789"},"mode":"report",
                 "reports":[{"of":"profile dev","owner":"o","until":"2027-01-01T00:00:00Z"}],
                 "unlisted":"ask","refuses-in-band":true,
                 "root":{"sha256":"ab","expires":"2036-01-01T00:00:00Z"},
                 "classes":[
                   {"class":"a","hosts":[{"url":"http://plain.example.org","treatment":"tunnel"},
                                         {"url":"no url","treatment":"tunnel"}]},
                   {"class":"b","hosts":[{"url":"https://[2001:db8::1]:8443","treatment":"intercept"}]}]}
                """)
            .orElseThrow();
    assertEquals("token `agent`", status.identity());
    assertEquals("acme @ 0123456", status.policy());
    assertEquals(
        List.of("profile dev, in the name of o, until 2027-01-01T00:00:00Z"), status.reports());
    assertEquals(List.of("a", "b"), status.classes());
    assertEquals("plain.example.org:80", status.allowed().getFirst().authority());
    assertEquals("[2001:db8::1]:8443", status.anyHttps().orElseThrow().authority());
    assertTrue(status.anyHttps().orElseThrow().intercepted());
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN, NO, FAILS, NOTE",
    "OPEN, YES, FAILS, NOTE",
    "NO_ROUTE, NO, FINE, FINE",
    "REFUSED, NO, FINE, FINE",
    "FORBIDDEN, NO, FINE, FINE",
    "NO_NAME, YES, FINE, FINE",
    "TAKEN, NO, FINE, FINE",
    "OWN, NO, FINE, FINE",
    "UNREACHABLE, NO, UNPROVEN, UNPROVEN",
    "SILENT, NO, UNPROVEN, UNPROVEN",
    "UNREACHABLE, YES, FINE, FINE",
    "SILENT, YES, FINE, FINE",
  })
  void silenceProvesSomethingOnlyOfWhomIsKnownToAnswer(
      Attempt attempt, Answers answers, Verdict confined, Verdict variables) {
    Finding strict = new Closed(Expectation.CONFINED).judge("a", "b", attempt, answers);
    assertEquals(confined, strict.verdict());
    Finding lenient = new Closed(Expectation.VARIABLES).judge("a", "b", attempt, answers);
    assertEquals(variables, lenient.verdict());
    assertEquals(attempt == Attempt.OPEN, !strict.mend().isEmpty());
    assertTrue(attempt != Attempt.OPEN || lenient.mend().contains("--isolate"));
  }

  private static final Finding OPEN = Finding.fails(Group.ROUND, "a", "open", "m");
  private static final Finding SILENT =
      new Finding(Group.ROUND, "a", Verdict.UNPROVEN, "no answer", "");
  private static final Finding SHUT = Finding.fine(Group.ROUND, "a", "refused");

  @Test
  void theProof() {
    Closed strict = new Closed(Expectation.CONFINED);
    assertEquals(
        Verdict.SKIPPED, strict.proof(List.of(SHUT, OPEN), Route.NONE, Known.TRIED).verdict());
    assertEquals(Verdict.FINE, strict.proof(List.of(SILENT), Route.NONE, Known.NOBODY).verdict());
    assertEquals(Verdict.FINE, strict.proof(List.of(SILENT), Route.SOME, Known.TRIED).verdict());
    assertEquals(Verdict.FINE, strict.proof(List.of(SHUT), Route.SOME, Known.NOBODY).verdict());
    Finding unproven = strict.proof(List.of(SHUT, SILENT), Route.SOME, Known.NOBODY);
    assertEquals(Verdict.FAILS, unproven.verdict());
    assertTrue(unproven.mend().contains("--outside HOST:PORT"), unproven.toString());
    Closed lenient = new Closed(Expectation.VARIABLES);
    assertEquals(Verdict.NOTE, lenient.proof(List.of(SILENT), Route.SOME, Known.NOBODY).verdict());
  }

  @ParameterizedTest
  @EnumSource(Asked.class)
  void theGateMustRefuse(Asked asked) {
    assertEquals(
        Verdict.FINE,
        ThroughChecks.judge("a", new Outcome.Refused(403, "not-listed"), asked).verdict());
    assertEquals(Verdict.FINE, ThroughChecks.judge("a", new Outcome.Ended(), asked).verdict());
    for (Outcome wrong : List.of(new Outcome.Passed(List.of()), new Outcome.Failed("cut"))) {
      Finding finding = ThroughChecks.judge("a", wrong, asked);
      assertEquals(Verdict.FAILS, finding.verdict());
      assertFalse(finding.mend().isEmpty());
    }
    assertEquals(
        asked == Asked.OF_THE_GATE ? Verdict.FAILS : Verdict.SKIPPED,
        ThroughChecks.judge("a", new Outcome.OriginFailed(502, "x"), asked).verdict());
  }

  @Test
  void whatIsAllowedMustWork() {
    GateStatus.Allowed host = new GateStatus.Allowed("model", true, "api.example.org", 443, false);
    assertEquals(
        Verdict.FINE, AllowedChecks.judge(host, new Outcome.Passed(List.of()), NOW).verdict());
    for (Outcome wrong :
        List.of(
            new Outcome.Refused(403, "killed"),
            new Outcome.OriginFailed(502, "origin-unresolved"),
            new Outcome.Ended(),
            new Outcome.Failed("no answer in time"))) {
      Finding finding = AllowedChecks.judge(host, wrong, NOW);
      assertEquals(Verdict.FAILS, finding.verdict(), finding.toString());
      assertTrue(finding.seen().startsWith("api.example.org:443"), finding.toString());
      assertFalse(finding.mend().isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "15, FINE, certificate good for 15 days",
    "13, NOTE, ends in 13 days",
    "-1, NOTE, has ended",
  })
  void theEndOfAnOriginsCertificateIsTold(long days, Verdict verdict, String seen) {
    Finding finding =
        AllowedChecks.certificate(
            "model", "api.example.org:443", NOW.plus(Duration.ofDays(days)), NOW);
    assertEquals(verdict, finding.verdict());
    assertTrue(finding.seen().contains(seen), finding.toString());
  }

  @Test
  void whatStrangersSayIsMadeFitForATerminal() {
    assertEquals("a\ufffd[2Jb", Finding.fine(Group.GATE, "a", "a\u001b[2Jb").seen());
  }

  private static GateAnswer answer(String text) throws IOException {
    return GateAnswer.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void anAnswerIsRead() throws Exception {
    GateAnswer refusal =
        answer(
            "HTTP/1.1 403 Forbidden\r\nProxy-Status: sallyport; error=http_request_denied;"
                + " details=\"not-listed\"\r\n\r\nbody");
    assertEquals(403, refusal.status());
    assertEquals(Optional.of("not-listed"), refusal.reason());
    assertEquals(Optional.empty(), answer("HTTP/1.1 403 No\r\n\r\n").reason());
    assertEquals(
        Optional.empty(),
        answer("HTTP/1.0 403\r\nProxy-Status: other; details=\"a\"\r\n\r\n").reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/2 200\r\n\r\n"})
  void whatIsNoAnswerIsNone(String text) {
    Assertions.assertThrows(IOException.class, () -> answer(text));
  }

  @Test
  void anAnswersHeadIsBounded() throws Exception {
    String begin = "HTTP/1.1 200 OK\r\nA: ";
    String end = "\r\n\r\n";
    int room = GateAnswer.MAX_HEAD - begin.length() - end.length();
    assertEquals(200, answer(begin + "x".repeat(room) + end).status());
    Assertions.assertThrows(IOException.class, () -> answer(begin + "x".repeat(room + 1) + end));
  }

  @Test
  void anAnswersBodyIsBounded() throws Exception {
    byte[] body = new byte[GateAnswer.MAX_BODY + 10];
    GateAnswer answer = answer("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
    assertEquals(GateAnswer.MAX_BODY, answer.body(new ByteArrayInputStream(body)).length());
    Assertions.assertThrows(
        IOException.class,
        () ->
            answer("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")
                .body(new ByteArrayInputStream(body)));
  }
}
