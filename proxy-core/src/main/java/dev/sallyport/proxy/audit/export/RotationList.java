package dev.sallyport.proxy.audit.export;

import dev.sallyport.proxy.audit.Amount;
import dev.sallyport.proxy.audit.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What to rotate, in words and as data.
final class RotationList {
  private RotationList() {}

  static String markdown(Exposure exposure) {
    List<String> lines = new ArrayList<>();
    lines.add("# What to rotate");
    lines.add("");
    lines.add(
        "Everything that the session could read, it could send to any host below. The record holds"
            + " no secret, so it cannot say which were sent.");
    lines.add("");
    lines.add("## Tokens of this gate");
    lines.add("");
    if (exposure.tokens().isEmpty()) {
      lines.add("None: the session came without a token.");
    }
    for (String token : exposure.tokens()) {
      lines.add("- `" + cell(token) + "`: `sallyport token revoke`, then `token add` a new one");
    }
    Advice heading = null;
    for (Exposure.Reached one : exposure.reached()) {
      Advice advice = Advice.of(one.place().trafficClass());
      if (advice != heading) {
        heading = advice;
        lines.add("");
        lines.add(
            "## "
                + Character.toUpperCase(advice.sentence().charAt(0))
                + advice.sentence().substring(1));
        lines.add("");
        lines.add("| host | class | requests | sent | first | last |");
        lines.add("| --- | --- | ---: | ---: | --- | --- |");
      }
      lines.add(
          "| %s | %s | %d | %s | %s | %s |"
              .formatted(
                  cell(one.place().host()),
                  cell(one.place().trafficClass()),
                  one.requests(),
                  Amount.octets(one.sent()),
                  cell(one.first()),
                  cell(one.last())));
    }
    lines.add("");
    lines.add("## What was refused");
    lines.add("");
    if (exposure.refused().isEmpty()) {
      lines.add("Nothing.");
    } else {
      lines.add("Nothing of the session reached these, but it tried:");
      lines.add("");
      lines.add("| destination | reason | times |");
      lines.add("| --- | --- | ---: |");
      exposure
          .refused()
          .forEach(
              (attempt, times) ->
                  lines.add(
                      "| %s | %s | %d |"
                          .formatted(cell(attempt.destination()), cell(attempt.reason()), times)));
    }
    if (exposure.left() > 0) {
      lines.add("");
      lines.add(Amount.count(exposure.left(), "event") + " found no row in these lists.");
    }
    return String.join("\n", lines) + "\n";
  }

  static Map<String, Object> data(Exposure exposure) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("tokens", List.copyOf(exposure.tokens()));
    data.put("hosts", exposure.reached().stream().map(RotationList::data).toList());
    List<Map<String, Object>> refused = new ArrayList<>();
    exposure
        .refused()
        .forEach(
            (attempt, times) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("destination", attempt.destination());
              row.put("reason", attempt.reason());
              row.put("times", times);
              refused.add(row);
            });
    data.put("refused", refused);
    data.put("events-without-a-row", exposure.left());
    return data;
  }

  private static Map<String, Object> data(Exposure.Reached one) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("host", one.place().host());
    row.put("class", one.place().trafficClass());
    row.put("requests", one.requests());
    row.put("bytes-sent", one.sent());
    row.put("first", one.first());
    row.put("last", one.last());
    row.put("rotate", Advice.of(one.place().trafficClass()).sentence());
    return row;
  }

  /// Nothing that a client said is markup here.
  private static String cell(String words) {
    return Printable.text(words).replaceAll("([\\\\`*_\\[\\]<>|#!])", "\\\\$1");
  }
}
