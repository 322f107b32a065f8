package dev.sallyport.proxy.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// An event as it stands in a file. Immutable.
///
/// What a client said is in here as it said it, control characters included: whoever prints a value
/// passes it through [EventLine] or [Printable] first.
public final class RecordedEvent {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private final Map<String, Object> fields;

  private RecordedEvent(Map<String, Object> fields) {
    this.fields = Collections.unmodifiableMap(fields);
  }

  /// Reads one line: a JSON object whose values are texts, whole numbers, truths or lists of texts,
  /// without a name twice, with a number ([#seq]) and a kind ([#kind]). Kinds and fields that this
  /// version does not know are kept.
  ///
  /// @return empty when the line is anything else
  static Optional<RecordedEvent> parse(byte[] octets, int offset, int length) {
    try (JsonParser parser = JSON.createParser(octets, offset, length)) {
      Map<String, Object> fields = new LinkedHashMap<>();
      if (!object(parser, fields) || parser.nextToken() != null) {
        return Optional.empty();
      }
      RecordedEvent event = new RecordedEvent(fields);
      boolean ours = event.number(EventField.SEQ).isPresent() && !event.kind().isEmpty();
      return ours ? Optional.of(event) : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /// Whether it is a signed checkpoint.
  public boolean isCheckpoint() {
    return Checkpoint.is(this);
  }

  /// The number in its chain, from 1.
  public long seq() {
    return number(EventField.SEQ).orElse(0);
  }

  /// What it is: `decision`, `close`, `gap` and so on.
  public String kind() {
    return text(EventField.EVENT).orElse("");
  }

  /// The value of a field that holds text.
  public Optional<String> text(EventField field) {
    return text(field.text());
  }

  /// The value of a field that holds text, by its name.
  public Optional<String> text(String name) {
    return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /// The value of a field that holds a number.
  public OptionalLong number(EventField field) {
    return fields.get(field.text()) instanceof Long number
        ? OptionalLong.of(number)
        : OptionalLong.empty();
  }

  /// Of a `repeated` event: how many refusals it stands for, by their reasons.
  public Map<String, Long> repeated() {
    return RepeatedRefusals.counts(this);
  }

  /// Every field in its order: `String`, `Long`, `Boolean` or a list of `String`.
  public Map<String, Object> fields() {
    return fields;
  }

  /// The event as the head of its chain so far.
  ChainHead head() {
    return new ChainHead(seq(), text(EventField.HASH).filter(Seal::isHash).orElse(Seal.NO_HASH));
  }

  private static boolean object(JsonParser parser, Map<String, Object> into) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      Optional<Object> value = value(parser);
      if (value.isEmpty() || into.put(name, value.get()) != null) {
        return false;
      }
    }
    return parser.currentToken() == JsonToken.END_OBJECT;
  }

  private static Optional<Object> value(JsonParser parser) throws IOException {
    return switch (parser.nextToken()) {
      case VALUE_STRING -> Optional.of(parser.getText());
      case VALUE_NUMBER_INT -> Optional.of(parser.getLongValue());
      case VALUE_TRUE -> Optional.of(true);
      case VALUE_FALSE -> Optional.of(false);
      case START_ARRAY -> texts(parser);
      default -> Optional.empty();
    };
  }

  private static Optional<Object> texts(JsonParser parser) throws IOException {
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      texts.add(parser.getText());
    }
    return parser.currentToken() == JsonToken.END_ARRAY
        ? Optional.of(Collections.unmodifiableList(texts))
        : Optional.empty();
  }
}
