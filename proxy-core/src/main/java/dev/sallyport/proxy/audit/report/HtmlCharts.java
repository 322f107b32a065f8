package dev.sallyport.proxy.audit.report;

import static dev.sallyport.proxy.audit.report.Markup.at;

import dev.sallyport.proxy.audit.Amount;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// The drawings of a report's page: shapes in SVG, words beside them in HTML, so that the shapes
/// can take the width of any screen and the words keep their size.
final class HtmlCharts {
  private static final double HEIGHT = 100;
  private static final double BAR_SHARE = 0.8;
  private static final int CLASSES = 12;

  private HtmlCharts() {}

  /// Bars of allowed and refused decisions, the refused ones on top.
  static void overTime(Markup page, List<Report.Bucket> buckets) {
    if (buckets.isEmpty()) {
      page.line("p", "None.");
      return;
    }
    long most = Math.max(1, buckets.stream().mapToLong(HtmlCharts::all).max().orElse(1));
    page.line(
        "p", "up to " + most + " in " + words(buckets.getFirst().length()), at("class", "scale"));
    page.open(
        "svg",
        at("class", "time"),
        at("viewBox", "0 0 " + buckets.size() + " " + (int) HEIGHT),
        at("preserveAspectRatio", "none"),
        at("role", "img"),
        at("aria-label", "decisions over time"));
    for (int i = 0; i < buckets.size(); i++) {
      Report.Bucket bucket = buckets.get(i);
      double allowed = HEIGHT * bucket.allowed() / most;
      double refused = HEIGHT * bucket.refused() / most;
      page.open("g");
      page.line(
          "title",
          TextReport.time(bucket.from())
              + ": "
              + bucket.allowed()
              + " allowed, "
              + bucket.refused()
              + " refused");
      bar(page, "allowed", i, HEIGHT - allowed, allowed);
      bar(page, "refused", i, HEIGHT - allowed - refused, refused);
      page.close("g");
    }
    page.close("svg");
    page.open("p", at("class", "axis"));
    page.line("span", TextReport.time(buckets.getFirst().from()));
    page.line("span", TextReport.time(buckets.getLast().from().plus(buckets.getLast().length())));
    page.close("p");
    page.own(
        "<p class=\"key\"><i class=\"allowed\"></i> allowed <i class=\"refused\"></i>"
            + " refused</p>\n");
  }

  private static void bar(Markup page, String kind, int index, double top, double height) {
    if (height > 0) {
      page.open(
              "rect",
              at("class", kind),
              at("x", number(index + (1 - BAR_SHARE) / 2)),
              at("y", number(top)),
              at("width", number(BAR_SHARE)),
              at("height", number(height)))
          .close("rect");
    }
  }

  /// A bar for each class.
  static void sentByClass(Markup page, List<Report.Named> classes) {
    long most =
        Math.max(1, classes.stream().mapToLong(one -> one.traffic().sent()).max().orElse(1));
    page.open("ul", at("class", "bars"));
    for (Report.Named one : classes.stream().limit(CLASSES).toList()) {
      page.open("li").line("span", one.name());
      page.line("span", Amount.octets(one.traffic().sent()), at("class", "number"));
      page.open(
          "svg",
          at("viewBox", "0 0 100 1"),
          at("preserveAspectRatio", "none"),
          at("aria-hidden", "true"));
      page.open(
              "rect",
              at("class", "sent"),
              at("width", number(100.0 * one.traffic().sent() / most)),
              at("height", "1"))
          .close("rect", "svg", "li");
    }
    page.close("ul");
  }

  private static long all(Report.Bucket bucket) {
    return bucket.allowed() + bucket.refused();
  }

  private static String words(Duration length) {
    long minutes = length.toMinutes();
    if (minutes < 60) {
      return Amount.count(minutes, "minute");
    }
    return length.toHours() < 48
        ? Amount.count(length.toHours(), "hour")
        : Amount.count(length.toDays(), "day");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
