package dev.sallyport.proxy.audit.report;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Emergencies (`break-glass`) of a log that nobody has reviewed, whenever they were: every report
/// names them until somebody has. For one thread.
public final class Emergencies {
  /// Emergencies that are named.
  static final int MAX_NAMED = 100;

  private static final String ACTION = "sallyport.kill.action";
  private static final String ID = "sallyport.kill.id";

  private final Map<String, String> open = new LinkedHashMap<>();

  /// Takes an event into account.
  public void add(RecordedEvent event) {
    if (!event.kind().equals("kill")) {
      return;
    }
    String id = event.text(ID).orElse("");
    switch (event.text(ACTION).orElse("")) {
      case "break-glass" -> {
        if (open.size() < MAX_NAMED) {
          open.put(id, line(id, event));
        }
      }
      case "break-glass-reviewed" -> open.remove(id);
      default -> {
        // Kill switches are among the gate's own events.
      }
    }
  }

  private static String line(String id, RecordedEvent event) {
    return "%s by %s from %s until %s: %s"
        .formatted(
            id,
            event.text("sallyport.kill.by").orElse(Report.NOBODY),
            event.text(EventField.TIME).orElse(Report.NOBODY),
            event.text("sallyport.kill.until").orElse(Report.NOBODY),
            event.text("sallyport.kill.reason").orElse(""));
  }

  /// Those that nobody has reviewed, one line each, in their order.
  public List<String> unreviewed() {
    return List.copyOf(open.values());
  }
}
