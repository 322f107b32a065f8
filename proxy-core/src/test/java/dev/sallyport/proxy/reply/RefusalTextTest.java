package dev.sallyport.proxy.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTextTest {
  private static final Policy POLICY =
      Policies.of("{host: a.example.com, id: the-a}", "{host: h.example.com, scheme: http}");

  @Test
  void saysWhatWasRefusedWhyByWhomAndWhatToDo() {
    Refusal refusal = Refusals.by(POLICY, Policies.https("other.example.com"));
    String policy = refusal.decision().policy().shortText();
    assertEquals(
        """
        Sallyport refused CONNECT other.example.com:443
        reason   not-listed: no class of profile "all" lists other.example.com
        policy   %s, owned by platform and secops, ask in #egress
        request  %s https://intranet.example/egress?id=%s
        retry    never
        """
            .formatted(policy, Refusals.REQUEST, Refusals.REQUEST),
        RefusalText.of(refusal));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTPS | x.denied.example | 443 | x.denied.example is denied by deny-
          HTTPS | x.denied.example | 443 | (dead drop)
          HTTP  | a.example.com    | 80  | a.example.com is listed, but not for plain http; see the-a at policy.yaml:7
          HTTPS | h.example.com    | 443 | h.example.com is listed, but not for https; see
          HTTPS | a.example.com    | 444 | a.example.com is listed, but not for port 444; see the-a
          """)
  void namesTheParticulars(Scheme scheme, String host, int port, String words) {
    Destination to = Policies.to(scheme, host, port);
    String sentence = RefusalText.sentence(Refusals.by(POLICY, to));
    assertTrue(sentence.contains(words), sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST | /a       | the host is listed, but not for this method; see the-m at policy.yaml:
          GET  | /b       | the host is listed, but not for this path; see the-m at policy.yaml:
          GET  | /a?q=2   | the host is listed, but not for this query; see the-m at policy.yaml:
          GET  | /a?q=1   | the host is listed, but not with these headers; see the-m at policy.yaml:
          """)
  void namesTheEntryThatLooksAtRequests(String method, String target, String words) {
    Policy policy =
        Policies.of(
            "{host: m.example.com, id: the-m, intercept: true, methods: [GET], paths: [/a],"
                + " query: {q: 1}, headers: {x-a: b}}");
    Destination to = Policies.https("m.example.com");
    Decision decision =
        policy.decide(
            Policies.CLIENT, to, Optional.of(RequestSight.of(method, target)), Instant.EPOCH);
    String sentence = RefusalText.sentence(Refusals.of(decision, Optional.of(to)));
    assertTrue(sentence.startsWith(words), sentence);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void hasASentenceForEveryReason(Reason reason) {
    String text = RefusalText.of(Refusals.of(reason));
    String[] lines = text.split("\n", -1);
    assertEquals(6, lines.length, text);
    assertTrue(lines[1].startsWith("reason   " + reason.code() + ": "), text);
    assertTrue(lines[1].length() > "reason   ".length() + reason.code().length() + 10, text);
    assertFalse(lines[1].endsWith("."), text);
    assertEquals("retry    " + reason.answer().retry().code(), lines[4]);
    assertEquals("", lines[5]);
  }

  @Test
  void saysWhatItCouldNotRead() {
    Refusal refusal =
        new Refusal(
            Decision.refused(Reason.MALFORMED, Refusals.STAMP, IdentityMethod.NONE),
            "",
            Optional.empty(),
            Refusals.REQUEST,
            "a line is folded",
            Map.of(),
            Optional.empty(),
            Optional.empty());
    assertEquals(
        """
        Sallyport refused a request that it could not read
        reason   malformed: the request is not well formed: a line is folded
        policy   acme-agents @ 3f9c2e1
        request  %s
        retry    never
        """
            .formatted(Refusals.REQUEST),
        RefusalText.of(refusal));
  }

  @Test
  void showsAnAddressInBrackets() {
    String text = RefusalText.of(Refusals.by(POLICY, Policies.https("[2001:DB8::1]")));
    assertTrue(text.startsWith("Sallyport refused CONNECT [2001:db8::1]:443\n"), text);
  }
}
