package dev.sallyport.proxy.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Retry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<String> names(JsonNode json) {
    return json.propertyStream().map(Map.Entry::getKey).toList();
  }

  @Test
  void holdsItsFieldsInOrder() throws Exception {
    var policy = Policies.of("{host: a.example.com}");
    var to = Policies.to(dev.sallyport.rules.Scheme.HTTPS, "a.example.com", 444);
    String text = RefusalJson.of(Refusals.by(policy, to));
    JsonNode json = JSON.readTree(text);
    assertEquals(
        List.of(
            "error", "reason", "host", "class", "policy", "request", "retry", "contact", "help"),
        names(json));
    assertEquals("egress_denied", json.path("error").asText());
    assertEquals("a.example.com", json.path("host").asText());
    assertEquals("web", json.path("class").asText());
    assertEquals(policy.stamp().shortText(), json.path("policy").asText());
    assertEquals(Refusals.REQUEST, json.path("request").asText());
    assertTrue(text.endsWith("}\n"), text);
    assertEquals(1, text.lines().count());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void saysOfEveryReasonWhetherTryingAgainHelps(Reason reason) throws Exception {
    JsonNode json = JSON.readTree(RefusalJson.of(Refusals.of(reason)));
    boolean isFinal = reason.answer().retry() == Retry.NEVER;
    String help = json.path("help").asText();
    assertEquals(reason.code(), json.path("reason").asText());
    assertEquals(reason.answer().retry().code(), json.path("retry").asText());
    assertTrue(help.startsWith("Sallyport refused this: "), help);
    assertEquals(isFinal, help.contains("Trying again will not help."), help);
    assertTrue(help.contains("id=" + Refusals.REQUEST), help);
  }

  @Test
  void leavesOutWhatIsNotKnown() throws Exception {
    Refusal refusal =
        new Refusal(
            Decision.refused(Reason.MALFORMED, Refusals.STAMP, IdentityMethod.NONE),
            "",
            Optional.empty(),
            Refusals.REQUEST,
            "",
            Map.of(),
            Optional.empty(),
            Optional.empty());
    assertEquals(
        List.of("error", "reason", "policy", "request", "retry", "help"),
        names(JSON.readTree(RefusalJson.of(refusal))));
  }
}
