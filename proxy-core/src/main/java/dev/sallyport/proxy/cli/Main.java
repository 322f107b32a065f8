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
  /// A command by its name.
  record Entry(String name, Function<Surroundings, Object> made) {}

  /// Every command; a further one is a line here.
  static final List<Entry> COMMANDS =
      List.of(
          new Entry("run", RunCommand::of),
          new Entry("serve", ServeCommand::new),
          new Entry("demo", DemoCommand::new),
          new Entry("doctor", DoctorCommand::new),
          new Entry("policy", PolicyCommand::of),
          new Entry("catalog", CatalogCommand::of),
          new Entry("init", InitCommand::new),
          new Entry("audit", AuditCommand::of),
          new Entry("token", TokenCommand::of),
          new Entry("ca", CaCommand::of),
          new Entry("setup", SetupCommand::of),
          new Entry("status", StatusCommand::new),
          new Entry("health", HealthCommand::new),
          new Entry("reload", ReloadCommand::new),
          new Entry("kill", KillCommand::new),
          new Entry("unkill", UnkillCommand::new),
          new Entry("break-glass", BreakGlassCommand::new));

  private Main() {}

  /// Runs the command that the arguments name, and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(run(Surroundings.ofProcess(), args));
  }

  /// Runs the command that the arguments name.
  ///
  /// @return the exit code
  static int run(Surroundings surroundings, String... args) {
    int exitCode = commandLine(surroundings, List.of(args)).execute(args);
    surroundings.out().flush();
    surroundings.err().flush();
    return exitCode;
  }

  private static CommandLine commandLine(Surroundings surroundings, List<String> args) {
    CommandLine main = new CommandLine(new Main());
    asked(args).forEach(entry -> main.addSubcommand(entry.made().apply(surroundings)));
    versioned(main.getCommandSpec());
    Failures failures = new Failures(surroundings);
    return main.setOut(surroundings.out())
        .setErr(surroundings.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(surroundings.style().ansi()))
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  /// The command that is named first, else all of them: each is read by reflection, and a start
  /// waits for that.
  private static List<Entry> asked(List<String> args) {
    List<Entry> named =
        COMMANDS.stream()
            .filter(entry -> args.stream().limit(1).anyMatch(entry.name()::equals))
            .toList();
    return named.isEmpty() ? COMMANDS : named;
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
