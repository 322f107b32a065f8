package dev.sallyport.proxy.cli;

import dev.sallyport.rules.check.DiffReport;
import dev.sallyport.rules.check.PolicyDiff;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport policy diff OLD NEW`: what becomes reachable and what stops being so.
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Says in words what becomes reachable and what stops being so when NEW takes the place of"
          + " OLD, for each profile and class, for clients that get another profile and for those"
          + " with exceptions of their own. Exact for hosts, addresses, schemes, ports, methods,"
          + " paths, queries and header fields.",
      "",
      "OLD and NEW are files, folders, REVISION:PATH of the git repository here, or REVISION alone,"
          + " which is the other one's file or folder in that revision: sallyport policy diff HEAD"
          + " policy.yaml"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:compared",
      "1:with --fail-on-widening: NEW lets something through that OLD did not",
      "2:one of them cannot be read, or something in it is wrong"
    })
final class PolicyDiffCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "OLD", description = "The policy that is replaced.")
  private String before = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The policy that takes its place.")
  private String after = "";

  @Option(
      names = "--fail-on-widening",
      description = "End with 1 when anything can be done under NEW that could not under OLD.")
  private boolean failOnWidening;

  @Option(names = "--json", description = "Print the differences as JSON.")
  private boolean json;

  PolicyDiffCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Compares; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    PolicyVersions versions = PolicyVersions.read(Path.of("").toAbsolutePath(), before, after);
    PolicyDiff diff =
        PolicyDiff.of(versions.before(), versions.after(), surroundings.clock().instant());
    if (json) {
      surroundings.out().println(Json.text(DiffReport.data(diff)));
    } else {
      print(diff);
    }
    return failOnWidening && diff.widens() ? ExitCode.DOES_NOT_HOLD : ExitCode.OK;
  }

  private void print(PolicyDiff diff) {
    List<String> lines = DiffReport.lines(diff);
    lines.subList(0, lines.size() - 1).forEach(surroundings.out()::println);
    Style style = surroundings.style();
    String verdict = lines.getLast();
    surroundings.out().println(diff.widens() ? style.doubtful(verdict) : style.good(verdict));
  }
}
