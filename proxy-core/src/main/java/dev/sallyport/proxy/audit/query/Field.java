package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A field that can be asked for, by its name in the file or by a short one.
///
/// @param name as it stands in the file
public record Field(String name) {
  private static final Map<String, EventField> SHORT = shortNames();
  private static final Map<String, String> OPEN =
      Map.of(
          "label.", EventField.LABELS.text(),
          "claimed.", EventField.CLAIMED.text());

  /// What further fields of the record begin with.
  private static final List<String> FURTHER =
      List.of(EventField.DETAILS.text(), "mcp.", "gen_ai.", "session.");

  /// A field of every event.
  static Field of(EventField field) {
    return new Field(field.text());
  }

  /// The field that a word means.
  ///
  /// @throws QueryException when there is none of that name
  public static Field named(String word) throws QueryException {
    EventField known = SHORT.get(word);
    if (known != null) {
      return of(known);
    }
    for (Map.Entry<String, String> open : OPEN.entrySet()) {
      if (word.startsWith(open.getKey()) && word.length() > open.getKey().length()) {
        return new Field(open.getValue() + word.substring(open.getKey().length()));
      }
    }
    boolean fixed = SHORT.values().stream().anyMatch(field -> field.text().equals(word));
    if (fixed || FURTHER.stream().anyMatch(word::startsWith)) {
      return new Field(word);
    }
    List<String> names = new ArrayList<>(SHORT.keySet());
    names.addAll(SHORT.values().stream().map(EventField::text).toList());
    throw new QueryException(
        "there is no field "
            + Problem.quote(word)
            + Spelling.suggestion(word, names)
                .map(near -> "; " + near)
                .orElse("; expected one such as `host`, `class`, `user` or `label.repository`"));
  }

  /// The short names, in the order of the fields.
  public static List<String> shortNamesInOrder() {
    return List.copyOf(SHORT.keySet());
  }

  /// Its value in an event: `String`, `Long`, `Boolean` or a list of `String`.
  Optional<Object> in(RecordedEvent event) {
    return Optional.ofNullable(event.fields().get(name));
  }

  /// Whether it holds a host, so that `.example.com` means the names below.
  boolean isHost() {
    return name.equals(EventField.SERVER_ADDRESS.text())
        || name.equals(EventField.SERVER_NAME.text());
  }

  private static Map<String, EventField> shortNames() {
    Map<String, EventField> names = new LinkedHashMap<>();
    names.put("time", EventField.TIME);
    names.put("seq", EventField.SEQ);
    names.put("event", EventField.EVENT);
    names.put("connection", EventField.CONNECTION_ID);
    names.put("request", EventField.REQUEST_ID);
    names.put("client", EventField.CLIENT_ADDRESS);
    names.put("user", EventField.USER_NAME);
    names.put("identity", EventField.IDENTITY_METHOD);
    names.put("session", EventField.SESSION);
    names.put("joined", EventField.JOINED);
    names.put("host", EventField.SERVER_ADDRESS);
    names.put("port", EventField.SERVER_PORT);
    names.put("peer", EventField.PEER_ADDRESS);
    names.put("sni", EventField.SERVER_NAME);
    names.put("scheme", EventField.SCHEME);
    names.put("listener", EventField.LISTENER);
    names.put("method", EventField.METHOD);
    names.put("path", EventField.PATH);
    names.put("status", EventField.STATUS);
    names.put("agent", EventField.USER_AGENT);
    names.put("class", EventField.CLASS);
    names.put("profile", EventField.PROFILE);
    names.put("decision", EventField.DECISION);
    names.put("reason", EventField.REASON);
    names.put("rule", EventField.RULE);
    names.put("source", EventField.RULE_SOURCE);
    names.put("mode", EventField.MODE);
    names.put("policy", EventField.POLICY_NAME);
    names.put("version", EventField.POLICY_VERSION);
    names.put("treatment", EventField.TREATMENT);
    names.put("route", EventField.ROUTE);
    names.put("sent", EventField.BYTES_SENT);
    names.put("received", EventField.BYTES_RECEIVED);
    names.put("duration", EventField.DURATION);
    names.put("end", EventField.END);
    names.put("side", EventField.END_SIDE);
    return names;
  }
}
