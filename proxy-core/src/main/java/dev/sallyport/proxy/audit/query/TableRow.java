package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.EventLine;
import dev.sallyport.proxy.audit.Paint;
import dev.sallyport.proxy.audit.Printable;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.util.List;

/// An event as a row of columns. Their widths are fixed, because no row waits for another; what is
/// longer moves the rest of its row.
final class TableRow {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("TIME", 24),
          new Column("WHAT", 8),
          new Column("CLASS", 14),
          new Column("USER", 16),
          new Column("DESTINATION", 38));
  private static final String NOTHING = "-";
  private static final int SHORT_TIME = "2026-11-21T03:46:00.123".length();

  private record Column(String title, int width) {}

  private TableRow() {}

  static String header() {
    StringBuilder row = new StringBuilder();
    COLUMNS.forEach(column -> append(row, column.title, column.width));
    return row.append("WHY").toString();
  }

  static String of(RecordedEvent event) {
    boolean decision = event.kind().equals("decision");
    if (!decision && !event.kind().equals("close")) {
      return EventLine.of(event, Paint.PLAIN);
    }
    List<String> cells =
        List.of(
            time(event),
            decision ? text(event, EventField.DECISION) : "close",
            text(event, EventField.CLASS),
            text(event, EventField.USER_NAME),
            EventLine.destination(event));
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      append(row, cells.get(i), COLUMNS.get(i).width);
    }
    return row.append(decision ? EventLine.decided(event) : EventLine.closed(event)).toString();
  }

  private static void append(StringBuilder row, String cell, int width) {
    row.append(cell).repeat(' ', Math.max(0, width - cell.length())).append("  ");
  }

  private static String time(RecordedEvent event) {
    String time = text(event, EventField.TIME);
    return time.length() > SHORT_TIME ? time.substring(0, SHORT_TIME) + "Z" : time;
  }

  private static String text(RecordedEvent event, EventField field) {
    return Printable.text(event.text(field).orElse(NOTHING));
  }
}
