package dev.sallyport.proxy.admin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a gate says to a [ControlRequest].
public sealed interface ControlReply {
  /// As one JSON line without its line feed, as it goes over the socket.
  default String json() {
    return ControlJson.text(this);
  }

  /// It was done.
  ///
  /// @param facts what a person may want to know, in order: text, numbers, truth values, or lists
  ///   of text
  record Done(Map<String, Object> facts) implements ControlReply {
    public Done {
      facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
  }

  /// It was not done, and nothing changed.
  ///
  /// @param sentence why, and what to do
  /// @param problems the details, one line each, such as `policy.yaml:3:5: ...`
  record Refused(String sentence, List<String> problems) implements ControlReply {
    public Refused {
      problems = List.copyOf(problems);
    }

    /// A refusal without details.
    public static Refused because(String sentence) {
      return new Refused(sentence, List.of());
    }
  }
}
