package dev.sallyport.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Requests and replies of the control socket as JSON, each one line without its line feed.
///
/// A request is `{"command": "reload"}` with arguments, all text, beside it. A reply is `{"ok":
/// true, "facts": {...}}` or `{"ok": false, "error": "...", "problems": [...]}`.
final class ControlJson {
  /// Details in a refusal; a policy can have any number of problems.
  static final int MAX_PROBLEMS = 100;

  private static final int MAX_DEPTH = 8;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ControlJson() {}

  /// Reads a request.
  ///
  /// @throws ControlException when the line is anything else
  static ControlRequest request(String line) throws ControlException {
    Map<String, String> fields = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : object(line).properties()) {
      if (!field.getValue().isTextual()) {
        throw new ControlException(Problem.quote(field.getKey()) + " must be text");
      }
      fields.put(field.getKey(), field.getValue().textValue());
    }
    String command = fields.remove("command");
    if (command == null) {
      throw new ControlException("`command` is missing");
    }
    return new ControlRequest(command, fields);
  }

  /// Writes a request.
  static String text(ControlRequest request) {
    ObjectNode line = JSON.createObjectNode();
    line.put("command", request.command());
    request.arguments().forEach(line::put);
    return line.toString();
  }

  /// Reads a reply.
  ///
  /// @throws ControlException when the line is anything else
  static ControlReply reply(String line) throws ControlException {
    ObjectNode reply = object(line);
    if (reply.path("ok").asBoolean()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      reply.path("facts").properties().forEach(f -> facts.put(f.getKey(), fact(f.getValue())));
      return new ControlReply.Done(facts);
    }
    List<String> problems = new ArrayList<>();
    reply.path("problems").forEach(problem -> problems.add(problem.asText()));
    return new ControlReply.Refused(reply.path("error").asText(), problems);
  }

  /// Writes a reply.
  static String text(ControlReply reply) {
    ObjectNode line = JSON.createObjectNode();
    switch (reply) {
      case ControlReply.Done done -> {
        line.put("ok", true);
        line.set("facts", JSON.valueToTree(done.facts()));
      }
      case ControlReply.Refused refused -> {
        line.put("ok", false).put("error", refused.sentence());
        List<String> problems = refused.problems();
        if (!problems.isEmpty()) {
          line.set("problems", JSON.valueToTree(shortened(problems)));
        }
      }
    }
    return line.toString();
  }

  private static List<String> shortened(List<String> problems) {
    if (problems.size() <= MAX_PROBLEMS) {
      return problems;
    }
    List<String> few = new ArrayList<>(problems.subList(0, MAX_PROBLEMS));
    few.add("and " + (problems.size() - MAX_PROBLEMS) + " more");
    return few;
  }

  private static Object fact(JsonNode value) {
    if (value.isArray()) {
      List<Object> list = new ArrayList<>();
      value.forEach(element -> list.add(fact(element)));
      return list;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isIntegralNumber() ? value.longValue() : value.asText();
  }

  private static ObjectNode object(String line) throws ControlException {
    try {
      if (JSON.readTree(line) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException notJson) {
      throw new ControlException("the line is not JSON", notJson);
    }
    throw new ControlException("the line is not a JSON object");
  }
}
