package dev.sallyport.proxy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                             | TEXT",
        "*/*                                                            | TEXT",
        "text/plain;version=0.0.4;q=0.3,*/*;q=0.2                       | TEXT",
        "text/html,application/xhtml+xml                                | TEXT",
        "application/openmetrics-text                                   | OPEN_METRICS",
        "Application/OpenMetrics-Text;version=1.0.0;q=0.5,text/plain    | OPEN_METRICS",
        "application/vnd.google.protobuf,application/openmetrics-text   | OPEN_METRICS",
      })
  void theFormFollowsAccept(String accept, MetricsFormat format) {
    assertEquals(format, MetricsFormat.forAccept(accept));
  }
}
