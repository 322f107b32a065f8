package dev.sallyport.proxy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.check.Warning;
import dev.sallyport.rules.load.Problem;
import java.util.LinkedHashMap;
import java.util.Map;

/// Facts as JSON, for `--json`: plain data of maps, lists, texts, numbers and truth values.
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /// Data as indented text.
  static String text(Object data) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(data);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain data is always JSON", impossible);
    }
  }

  /// A problem as data.
  static Map<String, Object> data(Problem problem) {
    Map<String, Object> data = data(problem.place());
    data.put("problem", problem.what());
    if (!problem.hint().isEmpty()) {
      data.put("hint", problem.hint());
    }
    return data;
  }

  /// A warning as data.
  static Map<String, Object> data(Warning warning) {
    Map<String, Object> data = data(warning.place());
    data.put("warning", warning.text());
    return data;
  }

  /// A place as data, to be added to; without line and column where no line is meant.
  static Map<String, Object> data(Place place) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("file", place.file());
    if (place.line() > 0) {
      data.put("line", place.line());
      data.put("column", place.column());
    }
    return data;
  }
}
