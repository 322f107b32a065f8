package dev.sallyport.proxy.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;

/// The program: `sallyport COMMAND`. Lists the commands, and turns whatever they end with into
/// sentences and exit codes.
@Command(
    name = "sallyport",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "A gate for what leaves: refuses what no rule allows, and records what it did.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:fine",
      "1:the thing checked does not hold",
      "2:usage or unreadable input",
      "3:could not start"
    })
public final class Main {
  /// Every command; a further one is a line here.
  private static final List<Function<Surroundings, Object>> COMMANDS =
      List.of(
          RunCommand::of,
          ServeCommand::new,
          DemoCommand::new,
          DoctorCommand::new,
          PolicyCommand::of,
          CatalogCommand::of,
          InitCommand::new,
          AuditCommand::of,
          TokenCommand::of,
          CaCommand::of,
          SetupCommand::of,
          StatusCommand::new,
          HealthCommand::new,
          ReloadCommand::new,
          KillCommand::new,
          UnkillCommand::new,
          BreakGlassCommand::new);

  private Main() {}

  /// Runs the command that the arguments name, and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(run(Surroundings.ofProcess(), args));
  }

  /// Runs the command that the arguments name.
  ///
  /// @return the exit code
  static int run(Surroundings surroundings, String... args) {
    int exitCode = commandLine(surroundings).execute(args);
    surroundings.out().flush();
    surroundings.err().flush();
    return exitCode;
  }

  private static CommandLine commandLine(Surroundings surroundings) {
    CommandLine main = new CommandLine(new Main());
    COMMANDS.forEach(command -> main.addSubcommand(command.apply(surroundings)));
    versioned(main.getCommandSpec());
    Failures failures = new Failures(surroundings);
    return main.setOut(surroundings.out())
        .setErr(surroundings.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(surroundings.style().ansi()))
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  private static void versioned(CommandSpec spec) {
    IVersionProvider version = () -> new String[] {"sallyport " + version()};
    spec.versionProvider(version);
    spec.subcommands().values().forEach(command -> versioned(command.getCommandSpec()));
  }

  /// The version of the program, as its jar says.
  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("(unpackaged)");
  }
}
