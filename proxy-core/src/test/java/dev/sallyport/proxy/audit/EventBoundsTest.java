package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.rules.ClientIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// No event is longer than a line may be.
class EventBoundsTest {
  @ParameterizedTest
  @CsvSource({"256, 256, false", "257, 256, true", "16384, 256, true"})
  void thePathHas256OctetsAtMost(int length, int octets, boolean cut) {
    String path = "/" + "a".repeat(length - 1);
    String written =
        ChainText.recorded(Samples.plain(path, "x")).text(EventField.PATH).orElseThrow();
    assertEquals(octets, written.getBytes(StandardCharsets.UTF_8).length);
    assertEquals(cut, written.endsWith("…"));
  }

  @Test
  void listsAndDetailsAreBounded() {
    Map<String, Object> details = new LinkedHashMap<>();
    for (int i = 0; i < 9; i++) {
      details.put("sallyport.d" + i, Long.valueOf(i));
    }
    String line =
        ChainText.of(
            List.of(new AuditEvent.Administrative(Samples.AT, AuditEvent.Kind.STOP, details)));
    assertTrue(line.contains("\"sallyport.d7\":7,\"sallyport.prev\""), line);
    assertEquals("[" + items(20) + "]", list(20));
    assertEquals("[" + items(20) + ",\"…\"]", list(21));
  }

  private static String items(int count) {
    return IntStream.range(0, count).mapToObj(i -> "\"p\"").collect(Collectors.joining(","));
  }

  private static String list(int count) {
    List<String> items = IntStream.range(0, count).mapToObj(i -> "p").toList();
    String line =
        ChainText.of(
            List.of(
                new AuditEvent.Administrative(
                    Samples.AT, AuditEvent.Kind.STOP, Map.of("sallyport.l", items))));
    return line.substring(line.indexOf('['), line.indexOf(']') + 1);
  }

  @Test
  void theLongestEventsAreStillLinesThatCanBeRead() {
    String evil = "\u202e\"\n".repeat(20_000);
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      labels.put(i + evil, evil);
    }
    List<AuditEvent> longest = List.of(longAdministrative(evil), longClose(evil, labels));
    for (AuditEvent event : longest) {
      String line = ChainText.of(List.of(event));
      int octets = line.getBytes(StandardCharsets.UTF_8).length - 1;
      assertTrue(octets <= Lines.MAX_OCTETS, () -> octets + " octets");
      EventSchemaAssert.assertValid(line);
    }
  }

  private static AuditEvent longAdministrative(String evil) {
    Map<String, Object> details = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      details.put(i + evil, IntStream.range(0, 40).mapToObj(n -> evil).toList());
    }
    return new AuditEvent.Administrative(Samples.AT, AuditEvent.Kind.POLICY_REJECTED, details);
  }

  private static AuditEvent longClose(String evil, Map<String, String> labels) {
    var closed = Samples.closed();
    var subject = closed.subject();
    var client =
        new ClientIdentity(
            new ClientIdentity.Proof.Token(evil),
            Samples.address("198.51.100.9"),
            evil,
            labels,
            labels);
    var facts = new RequestFacts(evil, evil, 1, Optional.of(evil));
    Subject longest =
        new Subject(
            new Accepted(evil, subject.connection().client(), evil, false, Samples.AT),
            Optional.of(evil),
            Optional.of(client),
            subject.entrance(),
            subject.destination(),
            Optional.of(facts),
            Optional.of(new HelloFacts(Optional.of(evil), List.of(evil, evil), true)));
    return new AuditEvent.Closed(
        closed.at(),
        longest,
        closed.decision(),
        closed.route(),
        closed.peer(),
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Duration.ofDays(400),
        closed.end(),
        closed.side(),
        closed.status());
  }
}
