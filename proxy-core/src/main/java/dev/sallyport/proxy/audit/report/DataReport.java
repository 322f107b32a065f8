package dev.sallyport.proxy.audit.report;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A report as plain data of maps, lists, texts and numbers, with every row that was kept.
public final class DataReport {
  private DataReport() {}

  /// The data.
  public static Map<String, Object> of(Report report) {
    Map<String, Object> data = new LinkedHashMap<>();
    report.first().ifPresent(at -> data.put("first", at.toString()));
    report.last().ifPresent(at -> data.put("last", at.toString()));
    data.put("total", traffic(report.total(), Map.of()));
    data.put("attention", report.notices().stream().map(DataReport::notice).toList());
    data.put(
        "uses",
        report.uses().stream()
            .map(
                use ->
                    traffic(
                        use.traffic(),
                        fields(
                            "user", use.user(), "class", use.trafficClass(), "host", use.host())))
            .toList());
    data.put("refusals", report.refusals().stream().map(DataReport::refusal).toList());
    report.news().ifPresent(news -> data.put("new-destinations", news(news)));
    data.put("exceptions", report.exceptions().stream().map(DataReport::exception).toList());
    data.put("classes", named("class", report.classes()));
    data.put("talkers", named("user", report.talkers()));
    data.put("decisions-over-time", report.buckets().stream().map(DataReport::bucket).toList());
    data.put("gate-events", new TreeMap<>(report.gate()));
    data.put("bad-lines", report.bad());
    return data;
  }

  private static List<Map<String, Object>> named(String title, List<Report.Named> named) {
    return named.stream().map(one -> traffic(one.traffic(), fields(title, one.name()))).toList();
  }

  private static Map<String, Object> traffic(Report.Traffic traffic, Map<String, Object> first) {
    Map<String, Object> data = new LinkedHashMap<>(first);
    data.put("allowed", traffic.allowed());
    data.put("refused", traffic.refused());
    data.put("bytes-sent", traffic.sent());
    data.put("bytes-received", traffic.received());
    return data;
  }

  private static Map<String, Object> refusal(Report.Refusal refusal) {
    Map<String, Object> data =
        fields(
            "destination",
            refusal.destination(),
            "reason",
            refusal.reason(),
            "rule",
            refusal.rule());
    data.put("times", refusal.times());
    data.put("first", text(refusal.first()));
    data.put("last", text(refusal.last()));
    data.put("users", refusal.users());
    return data;
  }

  private static Map<String, Object> notice(Report.Notice notice) {
    Map<String, Object> data = fields("notice", notice.sentence());
    data.put("times", notice.times());
    data.put("first", text(notice.first()));
    data.put("last", text(notice.last()));
    data.put("users", notice.users());
    return data;
  }

  private static Map<String, Object> news(Report.News news) {
    Map<String, Object> data = fields("compared-from", text(news.from()));
    data.put("complete", news.complete());
    data.put("destinations", news.destinations().stream().map(DataReport::newOne).toList());
    return data;
  }

  private static Map<String, Object> newOne(Report.NewDestination one) {
    Map<String, Object> data =
        fields("host", one.host(), "class", one.trafficClass(), "user", one.user());
    data.put("first", text(one.first()));
    data.put("times", one.times());
    return data;
  }

  private static Map<String, Object> exception(Report.ExceptionUse use) {
    Map<String, Object> data = fields("rule", use.rule(), "host", use.host());
    data.put("times", use.times());
    data.put("first", text(use.first()));
    data.put("last", text(use.last()));
    return data;
  }

  private static Map<String, Object> bucket(Report.Bucket bucket) {
    Map<String, Object> data = fields("from", text(bucket.from()));
    data.put("seconds", bucket.length().toSeconds());
    data.put("allowed", bucket.allowed());
    data.put("refused", bucket.refused());
    return data;
  }

  private static Map<String, Object> fields(String... namesAndValues) {
    Map<String, Object> data = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      data.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return data;
  }

  private static String text(Instant at) {
    return at.toString();
  }
}
