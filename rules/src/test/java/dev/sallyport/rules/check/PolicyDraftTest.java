package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyDraftTest {
  private static final Host DOCS = TestPolicy.name("docs.example");

  private static PolicyDraft draft() {
    PolicyDraft draft = new PolicyDraft("drafted");
    draft.say("Look at every line.");
    draft.allow("web", "docs.example", List.of("asked for twice"));
    draft.allow("web", "docs.example", List.of("asked for twice", "by two people"));
    draft.trafficClass("empty");
    draft.deny("{domain: bad.example}", List.of("dead drop"));
    draft.profile("dev", "web");
    draft.profile("dev", "empty");
    draft.assign("{any: true, profile: dev}", List.of("whoever proved who they are"));
    draft.allowed(DOCS, Scheme.HTTPS, 443, "dev");
    draft.denied(DOCS, Scheme.HTTP, 80, "dev");
    draft.test("{deny: \"GET https://bad.example/\", profile: dev}");
    return draft;
  }

  @Test
  void isAFileForAPersonToLookThrough() {
    assertEquals(
        """
        # Look at every line.
        sallyport: 1
        name: drafted

        classes:
          web:
            allow:
              # asked for twice
              # by two people
              - docs.example
          empty:
            allow: []

        deny:
          # dead drop
          - {domain: bad.example}

        profiles:
          dev: {classes: [web, empty]}

        assign:
          # whoever proved who they are
          - {any: true, profile: dev}

        tests:
          - {allow: "CONNECT docs.example:443", profile: dev}
          - {deny: "GET http://docs.example:80/", profile: dev}
          - {deny: "GET https://bad.example/", profile: dev}
        """,
        draft().text());
    assertEquals(List.of("web", "empty"), draft().classes());
  }

  @Test
  void loadsAndItsTestsPass() throws LoadException {
    Policy policy = PolicyLoader.load("draft", draft().text());
    assertEquals(
        List.of("", "", ""),
        PolicyTests.run(policy, TestPolicy.AT).stream().map(TestResult::differed).toList());
  }

  @Test
  void withNothingItIsAHead() {
    assertEquals("sallyport: 1\nname: none\n", new PolicyDraft("none").text());
  }

  @Test
  void longCommentsGoOnInTheNextLine() {
    PolicyDraft draft = new PolicyDraft("p");
    draft.say("word ".repeat(40).strip());
    draft.say("x".repeat(200));
    List<String> lines = draft.text().lines().toList();
    assertEquals(6, lines.size(), draft.text());
    assertTrue(lines.get(0).length() <= 100, lines.get(0));
    assertEquals(202, lines.get(3).length());
  }

  /// A comment ends where its line ends, and nothing in it can hide that.
  @ParameterizedTest
  @CsvSource({"10", "13", "0", "127", "133", "8232", "8233", "8206", "173", "160", "57344", "888"})
  void whatWouldEndALineOrHideIsAQuestionMark(int codePoint) {
    PolicyDraft draft = new PolicyDraft("p");
    draft.say("a" + Character.toString(codePoint) + "b\u00fc");
    assertEquals("# a?b\u00fc", draft.text().lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {"docs.example, docs.example", "1.example, \"1.example\"", "true, \"true\""})
  void hostsAreQuotedWhereYamlCouldTakeThemForSomethingElse(String host, String written) {
    assertEquals(written, PolicyDraft.quoted(host));
  }
}
