package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.Trail;
import dev.sallyport.proxy.audit.query.Condition;
import dev.sallyport.proxy.audit.query.RowFormat;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport audit query`: the events that fit, from the oldest to the newest.
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the events of an audit log, or of all logs of a folder, that fit every filter:"
          + " through rotated and",
      "compressed (.gz) files, oldest first. It believes what it reads; `audit verify` finds"
          + " changes."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:printed, be it nothing",
      "1:some lines are no events; the others were printed",
      "2:a filter cannot be understood, or there is no such log"
    })
final class AuditQueryCommand implements Callable<Integer> {
  /// Characters that are handed on together.
  private static final int BATCH = 64 * 1024;

  /// Bad lines that are named; the rest are counted.
  private static final int BAD_NAMED = 3;

  /// Lines between two looks at the clock.
  private static final int LOOK_EVERY = 1024;

  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();
  @Mixin private SpanOptions spanOptions = new SpanOptions();
  @Mixin private FilterOptions filters = new FilterOptions();

  @ArgGroup(exclusive = true)
  private Form form = new Form();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Stop after N events; without it all are printed.")
  private long limit = Long.MAX_VALUE;

  private final StringBuilder rows = new StringBuilder();
  private long printed;
  private long bad;

  /// The form of what is printed.
  static final class Form {
    @Option(names = "--json", description = "Print JSON Lines, as they stand in the log.")
    private boolean json;

    @Option(
        names = "--csv",
        description = "Print comma-separated values, with a header and without labels.")
    private boolean csv;

    RowFormat format() {
      return json ? RowFormat.JSON : csv ? RowFormat.CSV : RowFormat.TABLE;
    }
  }

  AuditQueryCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Prints; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException {
    if (limit < 0) {
      throw CommandFailure.unusable("`--limit` is a number of 0 or more");
    }
    Span span = spanOptions.span(surroundings);
    Path log = options.existing(surroundings);
    Condition condition = filters.condition(log);
    Progress progress = Progress.of(surroundings);
    form.format().header().ifPresent(header -> rows.append(header).append('\n'));
    try (Trail trail = Trail.open(log, span)) {
      read(trail, condition, progress);
    }
    hand(progress);
    if (bad > BAD_NAMED) {
      surroundings.err().println("and " + (bad - BAD_NAMED) + " more lines that are no events");
    }
    return bad == 0 ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
  }

  private void read(Trail trail, Condition condition, Progress progress) throws IOException {
    int untilLook = LOOK_EVERY;
    while (printed < limit) {
      Optional<RecordedLine> next = trail.next();
      if (next.isEmpty()) {
        return;
      }
      switch (next.get()) {
        case RecordedLine.Event(Path file, long line, RecordedEvent event) -> {
          if (condition.fits(event)) {
            rows.append(form.format().row(event, trail.text())).append('\n');
            printed++;
          }
        }
        case RecordedLine.Bad wrong -> complain(wrong, progress);
      }
      if (rows.length() >= BATCH && hand(progress).checkError()) {
        return;
      }
      if (--untilLook == 0) {
        untilLook = LOOK_EVERY;
        progress.at(trail.octetsDone(), trail.octets());
      }
    }
  }

  private PrintWriter hand(Progress progress) {
    progress.clear();
    surroundings.out().print(rows);
    rows.setLength(0);
    return surroundings.out();
  }

  private void complain(RecordedLine.Bad wrong, Progress progress) {
    if (++bad <= BAD_NAMED) {
      progress.clear();
      surroundings.err().println(wrong.text());
    }
  }
}
