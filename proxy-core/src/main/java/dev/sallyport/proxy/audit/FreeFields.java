package dev.sallyport.proxy.audit;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes the fields whose names are not fixed: labels, claims, and what an administrative event
/// has to say. Bounded in number, name and value; a name never stands twice in one event.
final class FreeFields {
  /// How many labels, or claims, one event holds; the first in the order of their names.
  static final int LABELS_LIMIT = 16;

  /// How many details an administrative event holds; the first ones.
  static final int DETAILS_LIMIT = 8;

  /// Octets of a detail's name, or of a label's without what it begins with.
  static final int NAME_LIMIT = 64;

  /// Octets of the text of a detail.
  static final int DETAIL_LIMIT = 1024;

  /// How many texts the list of a detail holds; more are told by a last one of `…`.
  static final int LIST_LIMIT = 20;

  /// Fields of every event that a detail may stand for: which client and which policy is spoken of.
  private static final Set<EventField> COMMON =
      EnumSet.of(
          EventField.CLIENT_ADDRESS,
          EventField.USER_NAME,
          EventField.POLICY_NAME,
          EventField.POLICY_VERSION);

  private static final Set<String> FIXED =
      Arrays.stream(EventField.values()).map(EventField::text).collect(Collectors.toSet());

  private final JsonLine out;

  FreeFields(JsonLine out) {
    this.out = out;
  }

  /// Writes labels in the order of their names, so that one client always gives the same line.
  void labels(EventField prefix, Map<String, String> labels) {
    if (labels.isEmpty()) {
      return;
    }
    Map<String, String> sorted = new TreeMap<>();
    labels.forEach((name, value) -> sorted.putIfAbsent(safe(name), value));
    int written = 0;
    for (Map.Entry<String, String> label : sorted.entrySet()) {
      if (written++ == LABELS_LIMIT) {
        return;
      }
      out.name(prefix.text() + label.getKey());
      out.quoted(label.getValue(), EventJson.TEXT_LIMIT);
    }
  }

  /// Writes kind and details. A detail is named by its whole field name; one that is not under
  /// `sallyport.`, or is the name of a field that says something else, is written under
  /// `sallyport.detail.`, so that it cannot be mistaken for a field of the chain.
  void administrative(AuditEvent.Administrative event) {
    out.code(EventField.EVENT, event.kind().code());
    for (EventField field : COMMON) {
      Optional.ofNullable(event.details().get(field.text()))
          .ifPresent(value -> out.text(field, value.toString(), EventJson.TEXT_LIMIT));
    }
    Map<String, Object> named = new LinkedHashMap<>();
    event.details().forEach((name, value) -> named.putIfAbsent(detail(safe(name)), value));
    COMMON.forEach(field -> named.remove(field.text()));
    int written = 0;
    for (Map.Entry<String, Object> detail : named.entrySet()) {
      if (written++ == DETAILS_LIMIT) {
        return;
      }
      out.name(detail.getKey());
      value(detail.getValue());
    }
  }

  private static String detail(String name) {
    boolean common = COMMON.stream().anyMatch(field -> field.text().equals(name));
    boolean free = name.startsWith(EventField.DETAILS.text()) && !FIXED.contains(name);
    return common || free ? name : EventField.DETAILS.text() + "detail." + name;
  }

  private void value(Object value) {
    switch (value) {
      case Boolean truth -> out.ascii(truth.toString());
      case Long number -> out.digits(number);
      case Integer number -> out.digits(number);
      case List<?> texts -> list(texts);
      default -> out.quoted(value.toString(), DETAIL_LIMIT);
    }
  }

  private void list(List<?> texts) {
    out.put('[');
    int written = 0;
    for (Object text : texts) {
      if (written > 0) {
        out.put(',');
      }
      if (written++ == LIST_LIMIT) {
        out.quoted("…", EventJson.TEXT_LIMIT);
        break;
      }
      out.quoted(String.valueOf(text), EventJson.TEXT_LIMIT);
    }
    out.put(']');
  }

  /// Letters, digits, `.`, `_` and `-` stay; anything else becomes `_`.
  private static String safe(String name) {
    int n = Math.min(name.length(), NAME_LIMIT);
    StringBuilder safe = new StringBuilder(n);
    for (int i = 0; i < n; i++) {
      char c = name.charAt(i);
      boolean kept = c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
      safe.append(kept ? c : '_');
    }
    return safe.toString();
  }
}
