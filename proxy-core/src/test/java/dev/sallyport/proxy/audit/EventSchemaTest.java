package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The schema says what the code does, and finds what is wrong.
class EventSchemaTest {
  private static final Set<EventField> FREE =
      Set.of(EventField.LABELS, EventField.CLAIMED, EventField.DETAILS);

  private static List<String> words(String property) {
    List<String> words = new ArrayList<>();
    JsonNode values = EventSchemaAssert.schema().get("properties").get(property).get("enum");
    values.forEach(value -> words.add(value.asText()));
    return words;
  }

  @Test
  void itsPropertiesStandInTheOrderOfTheFields() {
    List<String> fields =
        Arrays.stream(EventField.values())
            .filter(field -> !FREE.contains(field))
            .map(EventField::text)
            .toList();
    assertEquals(fields, EventSchemaAssert.properties());
  }

  @Test
  void itKnowsEveryReason() {
    List<String> codes = Arrays.stream(Reason.values()).map(Reason::code).toList();
    assertEquals(codes, words("sallyport.reason"));
    assertEquals(codes, words("sallyport.end"));
  }

  @Test
  void itKnowsEveryKindAndMethod() {
    List<String> kinds = new ArrayList<>(List.of("decision", "close"));
    Arrays.stream(AuditEvent.Kind.values()).map(AuditEvent.Kind::code).forEach(kinds::add);
    assertEquals(Set.copyOf(kinds), Set.copyOf(words("sallyport.event")));
    List<String> methods =
        Arrays.stream(IdentityMethod.values()).map(IdentityMethod::code).toList();
    assertEquals(methods, words("sallyport.identity.method"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "client.port":40000,                   |
          "client.port":40000                    | "client.port":"40000"
          "client.port":40000                    | "client.port":65536
          "server.port":443                      | "server.port":0
          "sallyport.decision":"deny"            | "sallyport.decision":"maybe"
          "sallyport.reason":"not-listed"        | "sallyport.reason":"because"
          "sallyport.mode":"enforce"             | "sallyport.mode":"enforce","sallyport.odd":1
          "sallyport.mode":"enforce"             | "sallyport.mode":"enforce","odd":1
          "sallyport.mode":"enforce"             | "sallyport.end":"done","sallyport.mode":"enforce"
          "sallyport.event":"decision"           | "sallyport.event":"close"
          "sallyport.event":"decision"           | "sallyport.event":"start"
          "client.port":40000,"user.name":"ci-7" | "user.name":"ci-7","client.port":40000
          .123456Z                               | .123Z
          """)
  void itFindsWhatIsWrong(String right, String wrong) {
    String line = ChainText.of(List.of(Samples.refused()));
    EventSchemaAssert.assertValid(line);
    String changed = line.replace(right, wrong == null ? "" : wrong);
    assertFalse(changed.equals(line), "the case changes nothing");
    assertFalse(EventSchemaAssert.problems(changed).isEmpty(), changed);
  }
}
