package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.Printable;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// An event as a line of comma-separated values (RFC 4180) with the same columns for every event,
/// named as the fields are. Labels, claims and what administrative events say are not in them.
///
/// Much of an event is what a client said, and spreadsheets run a cell that begins as a formula
/// does: such a cell gets an apostrophe in front.
final class CsvRow {
  /// What makes a spreadsheet take a cell for a formula.
  private static final String FORMULA = "=+-@\t\r";

  private static final Set<EventField> COLUMNS =
      EnumSet.complementOf(
          EnumSet.of(
              EventField.LABELS,
              EventField.CLAIMED,
              EventField.DETAILS,
              EventField.PREV,
              EventField.HASH));

  private CsvRow() {}

  static String header() {
    return COLUMNS.stream().map(EventField::text).collect(Collectors.joining(",")) + "\r";
  }

  static String of(RecordedEvent event) {
    StringBuilder row = new StringBuilder();
    for (EventField field : COLUMNS) {
      Optional.ofNullable(event.fields().get(field.text()))
          .ifPresent(value -> cell(row, Printable.text(value.toString())));
      row.append(',');
    }
    row.setCharAt(row.length() - 1, '\r');
    return row.toString();
  }

  private static void cell(StringBuilder row, String value) {
    boolean formula = !value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0;
    String safe = formula ? "'" + value : value;
    boolean plain = safe.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    row.append(plain ? safe : "\"" + safe.replace("\"", "\"\"") + "\"");
  }
}
