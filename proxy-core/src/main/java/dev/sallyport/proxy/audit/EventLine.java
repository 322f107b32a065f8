package dev.sallyport.proxy.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Puts an event into one line for a person: time, verdict, class, method and destination, reason
/// and rule, and for an end how it ended, what went up and down and how long it took. Nothing in an
/// event can move a cursor, break the line or set a colour.
public final class EventLine {
  private static final String GAP = "  ";
  private static final String NOTHING = "-";
  private static final int SHORT_TIME = "2026-11-21T03:46:00.123".length();
  private static final int WORD_WIDTH = 5;
  private static final int CLASS_WIDTH = 14;

  /// Fields of an administrative event that its line need not say.
  private static final Set<String> SAID =
      Set.of(
          EventField.TIME.text(),
          EventField.SEQ.text(),
          EventField.EVENT_ID.text(),
          EventField.EVENT.text(),
          EventField.KEY.text(),
          EventField.SIGNATURE.text(),
          EventField.PREV.text(),
          EventField.HASH.text());

  private EventLine() {}

  /// The line, without a line feed.
  public static String of(RecordedEvent event, Paint paint) {
    return switch (event.kind()) {
      case "decision" -> line(event, paint, text(event, EventField.DECISION), decided(event));
      case "close" -> line(event, paint, "close", closed(event));
      default -> join(time(event), paint.word(Printable.text(event.kind())), details(event));
    };
  }

  private static String line(RecordedEvent event, Paint paint, String word, String rest) {
    return join(
        time(event),
        paint.word(padded(word, WORD_WIDTH)),
        padded(text(event, EventField.CLASS), CLASS_WIDTH),
        destination(event),
        rest);
  }

  /// Why: the reason, what report mode let through, and the place of the rule.
  public static String decided(RecordedEvent event) {
    String would =
        event.text(EventField.WOULD).isPresent()
            ? "would " + text(event, EventField.WOULD) + ": " + text(event, EventField.WOULD_REASON)
            : "";
    return join(
        text(event, EventField.REASON),
        would,
        event.text(EventField.RULE_SOURCE).map(Printable::text).orElse(""));
  }

  /// How it ended, what went up and down, how long it took.
  public static String closed(RecordedEvent event) {
    return join(
        text(event, EventField.END) + " (" + text(event, EventField.END_SIDE) + ")",
        Amount.octets(event.number(EventField.BYTES_SENT).orElse(0)) + " up",
        Amount.octets(event.number(EventField.BYTES_RECEIVED).orElse(0)) + " down",
        Amount.millis(event.number(EventField.DURATION).orElse(0)));
  }

  /// `CONNECT api.example.com:443`; what is not known is left out.
  public static String destination(RecordedEvent event) {
    String method = event.text(EventField.METHOD).orElse("");
    Optional<String> host = event.text(EventField.SERVER_ADDRESS);
    String port =
        event.number(EventField.SERVER_PORT).isPresent()
            ? ":" + event.number(EventField.SERVER_PORT).getAsLong()
            : "";
    String where = host.map(name -> bracketed(name) + port).orElse(NOTHING);
    return Printable.text(method.isEmpty() ? where : method + " " + where);
  }

  static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  private static String details(RecordedEvent event) {
    List<String> details = new ArrayList<>();
    event
        .fields()
        .forEach(
            (name, value) -> {
              if (!SAID.contains(name)) {
                details.add(Printable.text(shortened(name, event.kind()) + "=" + value));
              }
            });
    return String.join(" ", details);
  }

  /// `sallyport.gap.cause` of a `gap` is its `cause`.
  private static String shortened(String name, String kind) {
    String ours = EventField.DETAILS.text();
    String own = ours + kind + ".";
    String known = name.startsWith(own) ? own : name.startsWith(ours) ? ours : "";
    return name.substring(known.length());
  }

  private static String time(RecordedEvent event) {
    String time = text(event, EventField.TIME);
    return time.length() > SHORT_TIME ? time.substring(0, SHORT_TIME) + "Z" : time;
  }

  private static String text(RecordedEvent event, EventField field) {
    return Printable.text(event.text(field).orElse(NOTHING));
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String join(String... parts) {
    StringBuilder line = new StringBuilder();
    for (String part : parts) {
      if (!part.isEmpty()) {
        line.append(line.isEmpty() ? "" : GAP).append(part);
      }
    }
    return line.toString();
  }
}
