package dev.sallyport.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlJsonTest {
  @Test
  void aRequestComesBackAsItWas() throws Exception {
    ControlRequest request = new ControlRequest("kill", Map.of("host", "evil.example\n\"x\""));
    String line = ControlJson.text(request);
    assertEquals(-1, line.indexOf('\n'));
    assertEquals(request, ControlJson.request(line));
  }

  @Test
  void aReplyComesBackAsItWas() throws Exception {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("policy", "acme @ 3f9c2e1\nline two");
    facts.put("open connections", 3L);
    facts.put("ready", true);
    facts.put("listening on", List.of("127.0.0.1:3128", "[::1]:3128"));
    ControlReply done = new ControlReply.Done(facts);
    assertEquals(-1, done.json().indexOf('\n'));
    assertEquals(done, ControlJson.reply(done.json()));

    ControlReply refused = new ControlReply.Refused("no", List.of("p.yaml:1:2: bad", "and more"));
    assertEquals(refused, ControlJson.reply(refused.json()));
    assertEquals(
        ControlReply.Refused.because("no"),
        ControlJson.reply(ControlReply.Refused.because("no").json()));
  }

  @Test
  void factsKeepTheirOrder() throws Exception {
    Map<String, Object> facts = new LinkedHashMap<>();
    IntStream.range(0, 50).forEach(i -> facts.put("fact " + (50 - i), (long) i));
    ControlReply.Done reply =
        (ControlReply.Done) ControlJson.reply(new ControlReply.Done(facts).json());
    assertEquals(List.copyOf(facts.keySet()), List.copyOf(reply.facts().keySet()));
  }

  @Test
  void problemsAreCutAtTheLimit() throws Exception {
    assertEquals(ControlJson.MAX_PROBLEMS, problemsOf(ControlJson.MAX_PROBLEMS).size());
    List<String> more = problemsOf(ControlJson.MAX_PROBLEMS + 1);
    assertEquals(ControlJson.MAX_PROBLEMS + 1, more.size());
    assertEquals("and 1 more", more.getLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ~~                                          | the line is not a JSON object
          reload                                      | the line is not JSON
          "reload"                                    | the line is not a JSON object
          ["reload"]                                  | the line is not a JSON object
          null                                        | the line is not a JSON object
          {}                                          | `command` is missing
          {"command": 1}                              | `command` must be text
          {"command": null}                           | `command` must be text
          {"command": "kill", "host": {"a": 1}}       | `host` must be text
          {"command": "reload", "command": "status"}  | the line is not JSON
          {"command": "reload"} {"command": "status"} | the line is not JSON
          {"command": "reload"                        | the line is not JSON
          {"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}} | `a` must be text
          {"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}} | the line is not JSON
          """)
  void otherLinesAreRefusedInWords(String line, String sentence) {
    ControlException refused =
        assertThrows(ControlException.class, () -> ControlJson.request(line));
    assertEquals(sentence, refused.getMessage());
  }

  private static List<String> problemsOf(int count) throws ControlException {
    List<String> problems = IntStream.range(0, count).mapToObj(i -> "problem " + i).toList();
    ControlReply reply = ControlJson.reply(new ControlReply.Refused("no", problems).json());
    return ((ControlReply.Refused) reply).problems();
  }
}
