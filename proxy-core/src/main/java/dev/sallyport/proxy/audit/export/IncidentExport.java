package dev.sallyport.proxy.audit.export;

import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.Trail;
import dev.sallyport.proxy.audit.Trusted;
import dev.sallyport.proxy.audit.Verification;
import dev.sallyport.proxy.audit.VerifyingKey;
import dev.sallyport.proxy.audit.report.ReportCount;
import dev.sallyport.proxy.audit.report.TextReport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Writes an export: reads the log once for the events that are asked for, and once more, as far as
/// needed, for the stretch of the chain that they stand in.
public final class IncidentExport {
  private final Question question;
  private final Bundle bundle;
  private final Exposure exposure = new Exposure();
  private final PoliciesInForce policies = new PoliciesInForce();
  private final ReportCount count = new ReportCount(Optional.empty());
  private final Map<Path, Stretch> stretches = new LinkedHashMap<>();
  private long events;

  /// What is exported.
  ///
  /// @param log the file or folder
  /// @param span the stretch of time
  /// @param chosen which events of it; the second argument is the name of their chain
  /// @param words the question as it was asked, for the reader
  public record Question(Path log, Span span, Chosen chosen, String words) {}

  /// Which events are exported.
  public interface Chosen {
    /// Whether an event is, by itself or by the chain that it is in.
    boolean fits(RecordedEvent event, String chain);
  }

  /// What was exported.
  ///
  /// @param events how many
  /// @param verification what `audit verify` says of the log
  public record Exported(long events, Verification verification) {}

  /// The numbers of the first and the last event of a chain that fit.
  private record Stretch(long first, long last) {}

  private IncidentExport(Question question, Bundle bundle) {
    this.question = question;
    this.bundle = bundle;
  }

  /// Exports into a new folder, or into a new file when its name ends in `.zip`.
  ///
  /// @param made when, for the reader
  /// @param json puts data into words
  /// @param progress is told now and then how many octets of how many are read
  /// @throws java.nio.file.FileAlreadyExistsException when there is something of that name
  /// @throws IOException when the log cannot be read or the export not be written
  public static Exported write(
      Question question,
      Path target,
      Instant made,
      Function<Object, String> json,
      BiConsumer<Long, Long> progress)
      throws IOException {
    boolean zip = target.toString().endsWith(".zip");
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Bundle bundle = Bundle.create(zip ? Path.of(target + ".part") : target);
    Exported exported;
    try {
      exported = new IncidentExport(question, bundle).write(made, json, progress);
    } catch (IOException failed) {
      bundle.remove();
      throw failed;
    }
    if (zip && exported.events > 0) {
      bundle.pack(target);
    }
    return exported;
  }

  private Exported write(
      Instant made, Function<Object, String> json, BiConsumer<Long, Long> progress)
      throws IOException {
    select(progress);
    if (events == 0) {
      bundle.remove();
      return new Exported(0, new Verification(question.log, List.of()));
    }
    for (Map.Entry<Path, Stretch> chain : stretches.entrySet()) {
      copy(chain.getKey(), chain.getValue());
    }
    Path key = VerifyingKey.fileBeside(question.log);
    if (Files.exists(key)) {
      bundle.copy(key, Bundle.CHAIN + "/" + key.getFileName());
    }
    Verification verification = ChainVerifier.verify(question.log, Trusted.NOTHING);
    bundle.write(
        Bundle.CHAIN + "/verify.txt",
        "sallyport audit verify, "
            + made
            + ":\n"
            + String.join("\n", verification.sentences())
            + "\n");
    policies.copy(question.log, bundle, json);
    bundle.write("rotate.md", RotationList.markdown(exposure));
    bundle.write("rotate.json", json.apply(RotationList.data(exposure)) + "\n");
    bundle.write("summary.txt", String.join("\n", TextReport.of(count.report())) + "\n");
    bundle.write(
        "README.md", BundleReadme.text(question.words, events, made, verification.sentences()));
    bundle.seal();
    return new Exported(events, verification);
  }

  private void select(BiConsumer<Long, Long> progress) throws IOException {
    try (Trail trail = Trail.open(question.log, Span.ALWAYS);
        BufferedWriter out = bundle.writer(Bundle.EVENTS)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        if (next.get() instanceof RecordedLine.Event(Path from, long line, RecordedEvent event)) {
          policies.look(event);
          if (fits(event, trail.chain())) {
            out.write(trail.text());
            out.write('\n');
            take(event, trail.chainFile());
          }
        }
        progress.accept(trail.octetsDone(), trail.octets());
      }
    }
  }

  private boolean fits(RecordedEvent event, String chain) {
    return question.span.holds(event.text(EventField.TIME).orElse(""))
        && question.chosen.fits(event, chain);
  }

  private void take(RecordedEvent event, Path chain) {
    events++;
    exposure.add(event);
    policies.use(event);
    count.add(event);
    Stretch before = stretches.get(chain);
    stretches.put(chain, new Stretch(before == null ? event.seq() : before.first, event.seq()));
  }

  /// From the first event to the first checkpoint behind the last one, or to the end.
  private void copy(Path chain, Stretch stretch) throws IOException {
    String name = Bundle.CHAIN + "/" + chain.getFileName();
    try (Trail trail = Trail.open(chain, Span.ALWAYS);
        BufferedWriter out = bundle.writer(name)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        if (next.get() instanceof RecordedLine.Event(Path from, long line, RecordedEvent event)
            && event.seq() >= stretch.first) {
          out.write(trail.text());
          out.write('\n');
          if (event.seq() >= stretch.last && event.isCheckpoint()) {
            return;
          }
        }
      }
    }
  }
}
