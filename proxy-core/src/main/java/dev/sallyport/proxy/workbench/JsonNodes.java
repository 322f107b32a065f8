package dev.sallyport.proxy.workbench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads JSON into nodes with places, so that a remark can name file and line. A key that stands
/// twice is kept twice.
final class JsonNodes {
  private static final JsonFactory JSON = new JsonFactory();

  private final String file;
  private final JsonParser parser;

  private JsonNodes(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /// Reads a text.
  ///
  /// @param file what places carry as their file
  /// @throws IOException with a sentence when it is not JSON
  static Node read(String file, String text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonNodes nodes = new JsonNodes(file, parser);
      parser.nextToken();
      Node node = nodes.node();
      if (parser.nextToken() != null) {
        throw new IOException(nodes.place() + ": there is more behind the end");
      }
      return node;
    } catch (JsonProcessingException wrong) {
      var at = wrong.getLocation();
      String line = at == null ? file : file + ":" + at.getLineNr() + ":" + at.getColumnNr();
      throw new IOException(line + ": this is not JSON", wrong);
    }
  }

  private Node node() throws IOException {
    Place place = place();
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      List<Node.Field> fields = new ArrayList<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        Place key = place();
        String name = parser.currentName();
        parser.nextToken();
        fields.add(new Node.Field(key, name, node()));
      }
      return new Node.Mapping(place, fields);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Node> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(node());
      }
      return new Node.Sequence(place, items);
    }
    if (token == null) {
      throw new IOException(file + ": the file is empty");
    }
    Node.Style style = token == JsonToken.VALUE_STRING ? Node.Style.QUOTED : Node.Style.PLAIN;
    return new Node.Scalar(place, parser.getText(), style);
  }

  private Place place() {
    var at = parser.currentTokenLocation();
    return new Place(file, at.getLineNr(), at.getColumnNr());
  }
}
