package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Holds events against the published schema: fields, types, and, which a schema cannot say, their
/// order. For the tests of every package that makes events.
public final class EventSchemaAssert {
  /// Tests run in the module's folder.
  private static final Path FILE = Path.of("..", "docs", "audit-event.schema.json");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode TEXT = read();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(TEXT);

  private EventSchemaAssert() {}

  /// Asserts that a file holds events only, and all of them as the schema says.
  public static void assertAllValid(Path file) throws IOException {
    Files.readString(file).lines().forEach(EventSchemaAssert::assertValid);
  }

  /// Asserts that a line is an event as the schema says.
  public static void assertValid(String line) {
    assertEquals(List.of(), problems(line), line);
  }

  static List<String> problems(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      List<String> problems = new ArrayList<>();
      for (Error error : SCHEMA.validate(event)) {
        problems.add(error.toString());
      }
      List<String> names = new ArrayList<>();
      event.fieldNames().forEachRemaining(names::add);
      List<String> sorted = new ArrayList<>(names);
      sorted.sort((a, b) -> Integer.compare(rank(a), rank(b)));
      if (!names.equals(sorted)) {
        problems.add("out of order: " + names);
      }
      return problems;
    } catch (IOException e) {
      return List.of(e.toString());
    }
  }

  /// The names of the schema's properties, in its order.
  static List<String> properties() {
    List<String> names = new ArrayList<>();
    TEXT.get("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  static JsonNode schema() {
    return TEXT;
  }

  /// The place of a field among [EventField]; the longest beginning counts where names are free.
  private static int rank(String name) {
    EventField best = EventField.DETAILS;
    for (EventField field : EventField.values()) {
      boolean same = name.equals(field.text());
      boolean below = field.text().endsWith(".") && name.startsWith(field.text());
      if (same || (below && field.text().length() > best.text().length())) {
        best = field;
      }
    }
    return best.ordinal();
  }

  private static JsonNode read() {
    try {
      return JSON.readTree(FILE.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
