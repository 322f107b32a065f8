package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.workbench.Replay;
import dev.sallyport.proxy.workbench.Tally;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport policy replay LOG --policy NEW`: which real decisions would turn out otherwise.
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Judges the decisions of an audit log again by another policy, and says which turn out"
          + " otherwise: how often, from when to when, and for whom. Each is judged as of its own"
          + " time. Decisions for which the log lacks what judging takes are counted as"
          + " undetermined."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:judged; with --fail-on-refusal nothing that was allowed is refused now",
      "1:with --fail-on-refusal: something is",
      "2:the log or the policy cannot be read"
    })
final class PolicyReplayCommand implements Callable<Integer> {
  /// Groups that are shown to a person; further ones are counted.
  private static final int MAX_SHOWN = 40;

  private static final int CLIENTS_NAMED = 3;

  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      required = true,
      description = "The policy to judge by: a file or a folder.")
  private @Nullable Path policyFile;

  @Option(
      names = "--fail-on-refusal",
      description = "End with 1 when something that was allowed would be refused.")
  private boolean failOnRefusal;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  PolicyReplayCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Judges again; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException {
    Path file = policyFile;
    Policy policy = PolicyLocation.read(file == null ? Path.of("") : file);
    Replay.Report report = Replay.of(options.existing(surroundings), policy);
    if (json) {
      surroundings.out().println(Json.text(data(report)));
    } else {
      print(report);
    }
    return failOnRefusal && report.closed() > 0 ? ExitCode.DOES_NOT_HOLD : ExitCode.OK;
  }

  private void print(Replay.Report report) {
    Style style = surroundings.style();
    for (Replay.Group group :
        report.flips().subList(0, Math.min(MAX_SHOWN, report.flips().size()))) {
      String line =
          group.flip().destination() + ": " + group.flip().was() + " becomes " + group.flip().is();
      surroundings
          .out()
          .println(
              group.flip().turn() == Replay.Turn.CLOSES ? style.bad(line) : style.doubtful(line));
      surroundings.out().println("    " + evidence(group.tally()));
    }
    int more = report.flips().size() - MAX_SHOWN;
    if (more > 0) {
      surroundings.out().println("and " + more + " more; --json shows them all");
    }
    if (report.repeated() > 0) {
      surroundings
          .out()
          .println(
              report.repeated()
                  + " of the undetermined are refusals that the log counts without telling where"
                  + " they went");
    }
    surroundings
        .out()
        .println(
            "%d decisions judged again: %d would be allowed now, %d refused; %d undetermined"
                .formatted(
                    report.judged(), report.opened(), report.closed(), report.undetermined()));
  }

  private static String evidence(Tally tally) {
    List<String> clients = List.copyOf(tally.clients());
    int more = clients.size() - CLIENTS_NAMED;
    return "%d x, %s to %s, %s%s"
        .formatted(
            tally.times(),
            tally.first(),
            tally.last(),
            String.join(", ", clients.subList(0, Math.min(CLIENTS_NAMED, clients.size()))),
            more > 0 ? " and " + more + " more" : "");
  }

  private static Map<String, Object> data(Replay.Report report) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("judged", report.judged());
    data.put("undetermined", report.undetermined());
    data.put("repeated", report.repeated());
    data.put("opened", report.opened());
    data.put("closed", report.closed());
    List<Object> flips = new ArrayList<>();
    for (Replay.Group group : report.flips()) {
      Map<String, Object> flip = new LinkedHashMap<>();
      flip.put("destination", group.flip().destination());
      flip.put("was", group.flip().was());
      flip.put("is", group.flip().is());
      flip.put("turn", group.flip().turn().name().toLowerCase(Locale.ROOT));
      flip.put("times", group.tally().times());
      flip.put("first", group.tally().first().toString());
      flip.put("last", group.tally().last().toString());
      flip.put("clients", List.copyOf(group.tally().clients()));
      flips.add(flip);
    }
    data.put("flips", flips);
    return data;
  }
}
