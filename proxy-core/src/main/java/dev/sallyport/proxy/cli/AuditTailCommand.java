package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.Paint;
import dev.sallyport.proxy.audit.TailPrinter;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport audit tail`: the last events, one readable line each.
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the last events of an audit log, one readable line each; of a folder, those of the"
          + " log that was written last."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:there is no such log"})
final class AuditTailCommand implements Callable<Integer> {
  private static final int DEFAULT_EVENTS = 20;

  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "How many events; ${DEFAULT-VALUE} unless given.")
  private int events = DEFAULT_EVENTS;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on printing what comes, until interrupted.")
  private boolean follow;

  AuditTailCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Prints; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException, InterruptedException {
    if (events < 0) {
      throw CommandFailure.unusable("`--lines` is a number of 0 or more");
    }
    Paint paint = surroundings.style() == Style.COLOURED ? Paint.ANSI : Paint.PLAIN;
    try (TailPrinter tail =
        new TailPrinter(
            TailPrinter.newest(options.existing(surroundings)),
            paint,
            surroundings.out()::println)) {
      tail.last(events);
      if (follow) {
        tail.follow(() -> surroundings.out().checkError());
      }
    }
    return ExitCode.OK;
  }
}
