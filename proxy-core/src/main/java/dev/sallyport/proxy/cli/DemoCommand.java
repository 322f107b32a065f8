package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.CannotStartException;
import dev.sallyport.proxy.PolicyRejectedException;
import dev.sallyport.proxy.demo.Demo;
import dev.sallyport.proxy.demo.Step;
import dev.sallyport.proxy.run.HeldLog;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sallyport demo`: a gate and a session through it, without a network.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a gate with a few small origins of its own, plays a session through it, and shows"
          + " what was let through, what was refused and why, and what is on record. Nothing leaves"
          + " this machine."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything went as it should",
      "1:something did not",
      "3:the gate could not start"
    })
final class DemoCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--keep",
      description = "Keep the policy, the settings and the audit of the demo.")
  private boolean keep;

  DemoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Plays it; returns the exit code.
  @Override
  public Integer call()
      throws IOException, LoadException, PolicyRejectedException, CannotStartException {
    Path folder = Files.createTempDirectory("sallyport-demo-");
    try (HeldLog log = HeldLog.begin()) {
      DemoPage page = new DemoPage(surroundings.out(), surroundings.style());
      List<Step> steps = Demo.run(folder, page);
      page.end(steps, keep ? DemoPage.Kept.YES : DemoPage.Kept.NO);
      log.lines().forEach(line -> surroundings.err().println("sallyport: " + line));
      return steps.stream().allMatch(Step::holds) ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
    } finally {
      if (!keep) {
        remove(folder);
      }
    }
  }

  /// Deletes a folder with everything in it.
  static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
