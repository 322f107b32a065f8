package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.CannotStartException;
import dev.sallyport.proxy.Gate;
import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.proxy.PolicyRejectedException;
import dev.sallyport.proxy.audit.SessionSummary;
import dev.sallyport.proxy.config.LoadedSettings;
import dev.sallyport.proxy.config.Managed;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.intercept.InterceptedHosts;
import dev.sallyport.proxy.isolate.CannotIsolateException;
import dev.sallyport.proxy.run.CannotRunException;
import dev.sallyport.proxy.run.ChildCommand;
import dev.sallyport.proxy.run.ChildEnvironment;
import dev.sallyport.proxy.run.ChildTrust;
import dev.sallyport.proxy.run.GitRemotes;
import dev.sallyport.proxy.run.GitSsh;
import dev.sallyport.proxy.run.HeldLog;
import dev.sallyport.proxy.run.IsolatedChild;
import dev.sallyport.proxy.run.ReportedRun;
import dev.sallyport.proxy.run.RunSettings;
import dev.sallyport.proxy.run.StartNotice;
import dev.sallyport.proxy.run.WayOut;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.proxy.trust.NamedRoots;
import dev.sallyport.proxy.trust.SystemRoots;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.ReportMode;
import dev.sallyport.rules.load.InterceptedClasses;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport run -- COMMAND`: a gate of its own for one command, and a summary of where its
/// session went.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a gate on a free port of this machine, runs a command whose way out it is, and says"
          + " where its session went.",
      "",
      "The policy is read once: from --policy, your own configuration folder or the program, never"
          + " from the working directory. Of the settings, listeners, admin port, control socket,"
          + " tokens, audit file and log do not apply."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0-255:the command's own; 128+n when signal n killed it",
      "2:wrong usage, or a policy or setting that cannot be used",
      "3:the gate could not start",
      "125:the program failed before the command started",
      "126:the command cannot be executed",
      "127:there is no such command"
    })
final class RunCommand implements Callable<Integer> {
  /// The folder below the user's state folder where each run has a file of its own.
  private static final String RUNS = "runs";

  /// Whose words they are, between those of the command.
  private static final String NAME = "sallyport: ";

  private final Surroundings surroundings;
  private final Path folder;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The policy: a file or a folder of them.")
  private @Nullable Path policy;

  @Option(
      names = "--report",
      description =
          "Refuse nothing that the rules alone would refuse, and record it: `policy suggest` makes"
              + " rules of the record. Deny rules and the guard of addresses hold all the same.")
  private boolean report;

  @Option(
      names = "--intercept",
      description =
          "Look at every request within TLS: intercept all classes as if each said `intercept:"
              + " true`. What says `intercept: never` stays a tunnel.")
  private boolean intercept;

  @Option(
      names = "--isolate",
      description =
          "Linux: run the command in a network of its own whose only way out is the gate. What"
              + " ignores proxy variables is judged by the name in its TLS or HTTP, or fails at"
              + " once.")
  private boolean isolate;

  @Option(names = "--quiet", description = "Print neither notes nor summary.")
  private boolean quiet;

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description = "Write the summary to a file and not to standard error.")
  private @Nullable Path summary;

  @Mixin private GateOptions gateOptions = new GateOptions();

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments.")
  private List<String> command = new ArrayList<>();

  /// @param folder the working directory
  private RunCommand(Surroundings surroundings, Path folder) {
    this.surroundings = surroundings;
    this.folder = folder;
  }

  /// The command as it is typed.
  static CommandLine of(Surroundings surroundings) {
    // Empty, so that paths are shown as they were typed.
    return in(surroundings, Path.of(""));
  }

  /// The same from another working directory. Options behind the first word that is none are the
  /// command's own.
  static CommandLine in(Surroundings surroundings, Path folder) {
    return new CommandLine(new RunCommand(surroundings, folder)).setStopAtPositional(true);
  }

  /// Runs the command; returns its exit code.
  @Override
  public Integer call()
      throws LoadException, CommandFailure, PolicyRejectedException, CannotStartException {
    try (HeldLog log = HeldLog.begin()) {
      ChildCommand child = ChildCommand.find(command, surroundings.environment(), folder);
      checkSummary();
      gateOptions.check();
      if (gateOptions.isNamed() && isolate) {
        throw CommandFailure.unusable(
            "`--isolate` leads to a gate of this machine; leave out `--gate`, or name that gate as"
                + " `upstream.proxy` in the settings");
      }
      if (gateOptions.isNamed()) {
        return runThroughGate(child);
      }
      int exitCode;
      Session session;
      if (isolate) {
        try (IsolatedChild isolated = IsolatedChild.begin(child, surroundings.environment())) {
          session = start();
          exitCode = run(isolated, session);
        }
      } else {
        session = start();
        exitCode = run(child, session);
      }
      log.lines().forEach(this::say);
      finish(session.audit());
      return exitCode;
    } catch (CannotIsolateException failed) {
      throw CommandFailure.cannotStart(failed.sentence());
    } catch (CannotRunException failed) {
      say(failed.sentence());
      return failed.exitCode();
    }
  }

  private int runThroughGate(ChildCommand child)
      throws LoadException, CommandFailure, CannotRunException {
    if (policy != null || report || intercept) {
      throw CommandFailure.unusable(
          "--policy, --report and --intercept are for a gate of this command's own; with --gate the"
              + " other gate decides");
    }
    LoadedSettings loaded = settingsOptions.load(surroundings);
    Optional<Managed> fixing =
        loaded.managed().filter(managed -> managed.fixed().contains("policy"));
    if (fixing.isPresent()) {
      throw CommandFailure.unusable(
          "--gate: `policy` is fixed by the organisation in `"
              + fixing.get().file()
              + "`, and another gate would not follow it; leave out the option");
    }
    GatedRun.Outcome outcome =
        new GatedRun(
                gateOptions.read(surroundings.environment(), folder),
                surroundings.environment(),
                quiet ? unsaid -> {} : this::say)
            .run(child);
    print(outcome.summary());
    return outcome.exitCode();
  }

  /// A gate that runs, and what is known of it.
  ///
  /// @param named roots that the command is to trust as before
  /// @param overHttps hosts whose ssh remotes git takes over https
  /// @param notes what the person should know before the command starts
  private record Session(
      Gate gate, Path audit, NamedRoots named, Set<String> overHttps, List<String> notes) {}

  private Session start()
      throws LoadException,
          CommandFailure,
          PolicyRejectedException,
          CannotStartException,
          CannotRunException {
    try {
      LoadedSettings loaded = settingsOptions.load(surroundings);
      Settings users = loaded.settings();
      List<String> notes = new ArrayList<>();
      NamedRoots named = NamedRoots.of(surroundings.environment());
      PolicyOrigin origin = origin(loaded);
      Policy policy = policy(origin, notes);
      Settings.Upstream upstream = upstream(users.upstream(), notes);
      Settings settings =
          RunSettings.of(
              users,
              isolate ? List.of() : RunSettings.anyPort(),
              InterceptedHosts.any(policy) || upstream.parents().anySpeaksTls()
                  ? RunSettings.trusting(upstream, trusted(named))
                  : upstream,
              RunSettings.refuseInBand(users),
              auditFile());
      Gate gate = Gate.start(settings, origin, policy, Gate.Whose.ONE_CHILD, loaded.managed());
      notes.addFirst(StartNotice.of(gate.policy(), origin, address(gate).getAddress()));
      Set<String> overHttps =
          GitSsh.allowed(gate.policy(), GitRemotes.hosts(folder), surroundings.clock().instant());
      notes.addAll(GitRemotes.hints(folder, overHttps));
      return new Session(gate, settings.audit().file(), named, overHttps, notes);
    } catch (RuntimeException bug) {
      LoggerFactory.getLogger(RunCommand.class).debug("the gate of a run failed", bug);
      throw CannotRunException.failedBefore(
          "this failed inside the program, which is a bug; please report the command and what it"
              + " printed");
    }
  }

  private Policy policy(PolicyOrigin origin, List<String> notes) throws PolicyRejectedException {
    Policy enforced =
        origin.load(intercept ? InterceptedClasses.ALL : InterceptedClasses.AS_WRITTEN);
    if (!report) {
      return enforced;
    }
    // The gate tells the end of the mode by the clock of the machine.
    ReportMode mode = ReportedRun.mode(surroundings.environment(), Instant.now());
    notes.add(ReportedRun.notice(mode));
    return enforced.reporting(mode);
  }

  private int run(ChildCommand child, Session session) throws CannotRunException {
    Map<String, String> inherited = surroundings.environment();
    try (ChildTrust trust =
        ChildTrust.of(session.gate().authorityRoot(), session.named(), inherited)) {
      tell(session, trust);
      return child.start(environment(session, trust)).await();
    } finally {
      session.gate().stop();
    }
  }

  private Map<String, String> environment(Session session, ChildTrust trust) {
    Map<String, String> inherited = surroundings.environment();
    return GitSsh.in(
        trust.in(ChildEnvironment.of(inherited, address(session.gate()))), session.overHttps());
  }

  private int run(IsolatedChild child, Session session)
      throws CannotRunException, CannotIsolateException, CannotStartException {
    Map<String, String> inherited = surroundings.environment();
    try (ChildTrust trust =
        ChildTrust.of(session.gate().authorityRoot(), session.named(), inherited)) {
      tell(session, trust);
      child.enter(
          session.gate(),
          environment(session, trust),
          sentence -> {
            if (!quiet) {
              say(sentence);
            }
          });
      return child.await();
    } finally {
      session.gate().stop();
    }
  }

  private void tell(Session session, ChildTrust trust) {
    if (!quiet) {
      session.notes().forEach(this::say);
      trust.notes().forEach(this::say);
    }
  }

  /// Whom the command's tools trusted, so does the gate when it stands in their place.
  private List<Path> trusted(NamedRoots named) {
    return Stream.concat(
            SystemRoots.file(surroundings.environment()).stream(), named.files().stream())
        .distinct()
        .toList();
  }

  private InetSocketAddress address(Gate gate) {
    return isolate ? IsolatedChild.gate() : gate.addresses().getFirst();
  }

  private Path auditFile() {
    String id = Ulid.at(surroundings.clock().millis());
    return surroundings.folders().state().resolve(RUNS).resolve(id + ".jsonl");
  }

  /// What the settings say of the way out counts more than what the environment says.
  private Settings.Upstream upstream(Settings.Upstream users, List<String> notes)
      throws CommandFailure {
    if (users.parents().areGiven()) {
      return users;
    }
    try {
      WayOut found = WayOut.of(surroundings.environment());
      notes.addAll(found.notes());
      return found.upstream(users);
    } catch (WayOut.UnusableException unusable) {
      throw CommandFailure.cannotStart(unusable.sentence());
    }
  }

  private PolicyOrigin origin(LoadedSettings loaded) throws CommandFailure {
    Path named = policy;
    if (named == null) {
      return PolicyLocation.of(loaded, surroundings.folders());
    }
    Optional<Managed> fixing =
        loaded.managed().filter(managed -> managed.fixed().contains("policy"));
    if (fixing.isPresent()) {
      throw CommandFailure.unusable(
          "--policy: `policy` is fixed by the organisation in `"
              + fixing.get().file()
              + "`; leave out the option");
    }
    return PolicyLocation.named(folder.resolve(named), loaded);
  }

  /// Better now than when an hour's work is done.
  private void checkSummary() throws CommandFailure {
    Path file = summary;
    if (file != null) {
      try {
        Files.writeString(folder.resolve(file), "");
      } catch (IOException unwritable) {
        throw CommandFailure.unusable(
            "the summary cannot be written to "
                + Problem.quote(file.toString())
                + "; name a file in a folder that is there");
      }
    }
  }

  private void finish(Path audit) {
    Path file = summary;
    if (file == null && quiet) {
      return;
    }
    try {
      List<String> lines = new ArrayList<>(SessionSummary.read(audit).lines());
      lines.add("  %-16s %s".formatted("audit", audit));
      if (report) {
        lines.add("  %-16s %s".formatted("next", ReportedRun.next(audit)));
      }
      print(lines);
    } catch (IOException failed) {
      say("the summary cannot be written; the audit is in " + audit);
    }
  }

  private void print(List<String> summaryLines) {
    List<String> lines = new ArrayList<>(summaryLines);
    lines.set(0, NAME + lines.getFirst());
    Path file = summary;
    try {
      if (file != null) {
        Files.write(folder.resolve(file), lines);
      } else if (!quiet) {
        lines.forEach(surroundings.err()::println);
      }
    } catch (IOException failed) {
      say("the summary cannot be written");
    }
  }

  private void say(String sentence) {
    List<String> lines = Wrapped.lines(sentence, Wrapped.COLUMNS - NAME.length());
    surroundings.err().println(NAME + lines.getFirst());
    lines.stream()
        .skip(1)
        .forEach(line -> surroundings.err().println(" ".repeat(NAME.length()) + line));
  }
}
