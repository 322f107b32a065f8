package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.doctor.Doctor;
import dev.sallyport.proxy.doctor.Expectation;
import dev.sallyport.proxy.doctor.Finding;
import dev.sallyport.proxy.doctor.Probe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the doctor found, for programs.
final class DoctorData {
  private DoctorData() {}

  /// What would be sent.
  static List<Map<String, Object>> of(List<Probe> probes) {
    return probes.stream().map(DoctorData::data).toList();
  }

  /// The report.
  static Map<String, Object> of(Doctor.Report report, Expectation expectation) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("healthy", report.isHealthy());
    data.put("expected", expectation.name().toLowerCase(Locale.ROOT));
    report
        .status()
        .ifPresent(
            status -> {
              data.put("policy", status.policy());
              data.put("identity", status.identity());
              status.profile().ifPresent(profile -> data.put("profile", profile));
            });
    data.put("milliseconds", report.took().toMillis());
    data.put("findings", report.findings().stream().map(DoctorData::data).toList());
    return data;
  }

  private static Map<String, Object> data(Finding finding) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("group", finding.group().title());
    data.put("name", finding.name());
    data.put("verdict", finding.verdict().code());
    data.put("seen", finding.seen());
    if (!finding.mend().isEmpty()) {
      data.put("mend", finding.mend());
    }
    return data;
  }

  private static Map<String, Object> data(Probe probe) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("group", probe.group().title());
    data.put("name", probe.name());
    data.put("to", probe.to());
    data.put("sends", probe.what());
    return data;
  }
}
