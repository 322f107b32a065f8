package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.export.IncidentExport;
import dev.sallyport.proxy.audit.query.Condition;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sallyport audit export`: evidence for an incident.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes what is needed after an incident into one folder or zip file: the events of a session"
          + " or a stretch of",
      "time, the policies that were in force, the proof that the record is the gate's own, and what"
          + " to rotate."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:exported",
      "1:exported, and the log is broken; or no event fits, and nothing was written",
      "2:a filter cannot be understood, there is no such log, or the export cannot be written"
    })
final class AuditExportCommand implements Callable<Integer> {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'sallyport-export-'uuuuMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private AuditOptions options = new AuditOptions();
  @Mixin private SpanOptions spanOptions = new SpanOptions();
  @Mixin private FilterOptions filters = new FilterOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PATH",
      description = {
        "A new folder, or a new file when it ends in .zip; sallyport-export-TIME in this folder"
            + " unless given."
      })
  private @Nullable Path output;

  AuditExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Exports; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException {
    Span span = spanOptions.span(surroundings);
    if (filters.isEmpty() && span.since().isEmpty() && span.until().isEmpty()) {
      throw CommandFailure.unusable(
          "say what to export: a session with `--session ID`, or a time with `--from` and `--to`");
    }
    Path log = options.existing(surroundings);
    Condition condition = filters.condition(log);
    Instant now = surroundings.clock().instant();
    Path given = output;
    Path target = given == null ? Path.of(NAME.format(now)) : given;
    IncidentExport.Question question =
        new IncidentExport.Question(
            log,
            span,
            (event, chain) -> condition.fits(event) || filters.namesChain(chain),
            words());
    Progress progress = Progress.of(surroundings);
    try {
      IncidentExport.Exported exported =
          IncidentExport.write(question, target, now, Json::text, progress::at);
      progress.clear();
      return tell(exported, target);
    } catch (FileAlreadyExistsException there) {
      throw CommandFailure.unusable(
          "`" + target + "` is there already; name another with `--output`");
    }
  }

  private Integer tell(IncidentExport.Exported exported, Path target) {
    if (exported.events() == 0) {
      surroundings.out().println("no event fits; nothing was written");
      return ExitCode.DOES_NOT_HOLD;
    }
    surroundings.out().println(exported.events() + " events exported to " + target);
    exported.verification().sentences().forEach(surroundings.out()::println);
    return exported.verification().holds() ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
  }

  private String words() {
    CommandSpec typed = spec;
    List<String> args =
        typed == null ? List.of() : typed.commandLine().getParseResult().originalArgs();
    return "sallyport " + String.join(" ", args);
  }
}
