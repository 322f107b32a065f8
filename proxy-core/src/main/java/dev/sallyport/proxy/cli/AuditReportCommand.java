package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.Printable;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.Trail;
import dev.sallyport.proxy.audit.report.DataReport;
import dev.sallyport.proxy.audit.report.Emergencies;
import dev.sallyport.proxy.audit.report.HtmlReport;
import dev.sallyport.proxy.audit.report.MarkdownReport;
import dev.sallyport.proxy.audit.report.Report;
import dev.sallyport.proxy.audit.report.ReportCount;
import dev.sallyport.proxy.audit.report.TextReport;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport audit report`: what a stretch of the record says in sum.
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Sums up an audit log, or all logs of a folder: who went where for what, what was refused and"
          + " by which rule,",
      "destinations that are new, exceptions used, octets per class, top talkers.",
      "With --since, destinations are compared with the period of the same length before."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:reported",
      "2:a time cannot be understood, there is no such log, or the page cannot be written"
    })
final class AuditReportCommand implements Callable<Integer> {
  /// Lines between two looks at the clock.
  private static final int LOOK_EVERY = 1024;

  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();
  @Mixin private SpanOptions spanOptions = new SpanOptions();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write it as a page that needs nothing else; replaces the file.")
  private @Nullable Path html;

  @Option(
      names = "--markdown",
      description = "Print it as Markdown with tables, for the page of a CI job.")
  private boolean markdown;

  @Option(names = "--json", description = "Print it as JSON, with every row that was kept.")
  private boolean json;

  AuditReportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Reports; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException {
    Span span = spanOptions.span(surroundings);
    Path log = options.existing(surroundings);
    Emergencies emergencies = new Emergencies();
    Report report = count(log, span, emergencies);
    List<String> open =
        span.since().isEmpty() && span.until().isEmpty()
            ? emergencies.unreviewed()
            : emergencies(log);
    Path page = html;
    if (page != null) {
      write(page, HtmlReport.of(report, open, surroundings.clock().instant()));
    }
    if (json) {
      Map<String, Object> data = DataReport.of(report);
      data.put("break-glass-not-reviewed", open);
      surroundings.out().println(Json.text(data));
    } else if (markdown) {
      surroundings.out().print(MarkdownReport.of(report, open));
      surroundings.out().flush();
    } else if (page == null) {
      for (String emergency : open) {
        surroundings.out().println(Printable.text("BREAK GLASS, not reviewed: " + emergency));
      }
      TextReport.of(report).forEach(surroundings.out()::println);
    } else {
      surroundings.out().println("written to " + page);
    }
    return ExitCode.OK;
  }

  private Report count(Path log, Span span, Emergencies emergencies) throws IOException {
    Optional<ReportCount.Comparison> comparison = span.since().map(since -> before(since, span));
    Span both = Span.of(comparison.map(ReportCount.Comparison::from), span.until());
    ReportCount count = new ReportCount(comparison);
    Progress progress = Progress.of(surroundings);
    int untilLook = LOOK_EVERY;
    try (Trail trail = Trail.open(log, both)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        switch (next.get()) {
          case RecordedLine.Event(Path file, long line, RecordedEvent event) -> {
            emergencies.add(event);
            count.add(event);
          }
          case RecordedLine.Bad _ -> count.addBad();
        }
        if (--untilLook == 0) {
          untilLook = LOOK_EVERY;
          progress.at(trail.octetsDone(), trail.octets());
        }
      }
    }
    progress.clear();
    return count.report();
  }

  /// Whenever they were: the period of the report is no bound.
  private static List<String> emergencies(Path log) throws IOException {
    Emergencies emergencies = new Emergencies();
    try (Trail trail = Trail.open(log, Span.ALWAYS)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        if (next.get() instanceof RecordedLine.Event(Path file, long line, RecordedEvent event)) {
          emergencies.add(event);
        }
      }
    }
    return emergencies.unreviewed();
  }

  /// The period of the same length that ends where this one begins.
  private ReportCount.Comparison before(Instant since, Span span) {
    Instant until = span.until().orElse(surroundings.clock().instant());
    Duration length = Duration.between(since, until);
    return new ReportCount.Comparison(length.isNegative() ? since : since.minus(length), since);
  }

  private static void write(Path page, String text) throws CommandFailure {
    try {
      Files.writeString(page, text);
    } catch (IOException e) {
      throw FileFailure.of(page, e);
    }
  }
}
