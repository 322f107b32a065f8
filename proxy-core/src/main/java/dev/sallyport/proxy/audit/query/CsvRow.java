package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.Printable;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// An event as a line of comma-separated values (RFC 4180) with the same columns for every event,
/// named as the fields are. Labels, claims and what administrative events say are not in them.
///
/// Much of an event is what a client said, and spreadsheets run a cell that begins as a formula
/// does: such a cell gets an apostrophe in front, and so does what would begin a cell where a
/// semicolon ends one.
final class CsvRow {
  /// What makes a spreadsheet take a cell for a formula, be it in full width.
  private static final String SIGNS = "[=+\\-@\uff1d\uff0b\uff0d\uff20]";

  private static final Pattern FORMULA = Pattern.compile("\\s*" + SIGNS + ".*", Pattern.DOTALL);

  /// The same behind what some countries' spreadsheets take for the end of a cell.
  private static final Pattern INNER = Pattern.compile("([;|\t]\\s*)(?=" + SIGNS + ")");

  private static final Set<EventField> COLUMNS =
      EnumSet.complementOf(
          EnumSet.of(
              EventField.LABELS,
              EventField.CLAIMED,
              EventField.DETAILS,
              EventField.KEY,
              EventField.SIGNATURE,
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
    String inner = INNER.matcher(value).replaceAll("$1'");
    String safe = FORMULA.matcher(inner).matches() ? "'" + inner : inner;
    boolean plain = safe.chars().noneMatch(c -> ",;\"\n\r".indexOf(c) >= 0);
    row.append(plain ? safe : "\"" + safe.replace("\"", "\"\"") + "\"");
  }
}
