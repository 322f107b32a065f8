package dev.sallyport.proxy.doctor;

import dev.sallyport.proxy.run.GitRemotes;
import dev.sallyport.proxy.trust.TrustVariables;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Examines a set-up: asks the gate, then makes every check, side by side.
public final class Doctor {
  /// After this, what is not over is given up. No check needs it unless the machine is overloaded.
  static final Duration DEADLINE = Duration.ofSeconds(18);

  /// Checks that only wait.
  private static final int WAITING = 24;

  /// Tools that run at once: they work rather than wait.
  private static final int WORKING = 3;

  private static final List<String> PROGRAMS = List.of("node", "java");

  private final Plan plan;
  private final Path folder;

  private Doctor(Plan plan, Path folder) {
    this.plan = plan;
    this.folder = folder;
  }

  /// What was found.
  ///
  /// @param status what the gate said of itself, if it did
  public record Report(List<Finding> findings, Optional<GateStatus> status, Duration took) {
    public Report {
      findings = List.copyOf(findings);
    }

    /// Whether nothing fails.
    public boolean isHealthy() {
      return findings.stream().noneMatch(each -> each.verdict() == Verdict.FAILS);
    }
  }

  /// Makes all checks. Blocks for at most [#DEADLINE] and a moment.
  public static Report examine(Plan plan) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("sallyport-doctor-");
    try {
      return new Doctor(plan, folder).examine();
    } finally {
      remove(folder);
    }
  }

  /// What would be sent, and to whom. The gate is asked for its status, which sends nothing on.
  public static List<Probe> probes(Plan plan) throws IOException {
    Path folder = Files.createTempDirectory("sallyport-doctor-");
    try {
      Doctor doctor = new Doctor(plan, folder);
      List<Probe> probes = new ArrayList<>();
      plan.gate()
          .ifPresent(
              gate ->
                  probes.add(
                      new Probe(
                          Group.GATE,
                          "reached",
                          gate.authority(),
                          "GET http://" + GateClient.OWN_HOST + "/status")));
      Optional<GateStatus> status = GateChecks.ask(plan).status();
      doctor.checks(status).forEach(check -> probes.addAll(check.probes()));
      return probes;
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private Report examine() throws InterruptedException {
    long began = System.nanoTime();
    List<Finding> findings = new ArrayList<>(variables());
    GateChecks.Asked asked = GateChecks.ask(plan);
    findings.addAll(asked.findings());
    List<Check> checks = checks(asked.status());
    if (asked.status().isEmpty()) {
      for (Group group : List.of(Group.TOOLS, Group.ALLOWED, Group.THROUGH)) {
        findings.add(Finding.skipped(group, "all", "no gate answers"));
      }
    } else {
      findings.addAll(files(asked.status().get()));
    }
    findings.addAll(all(checks, began));
    findings.add(proof(findings));
    findings.sort(Comparator.comparing(Finding::group));
    return new Report(findings, asked.status(), Duration.ofNanos(System.nanoTime() - began));
  }

  private List<Finding> variables() {
    if (plan.gate().isEmpty()) {
      return List.of();
    }
    Set<String> tools =
        PROGRAMS.stream()
            .filter(name -> Programs.find(name, plan.environment()).isPresent())
            .collect(Collectors.toSet());
    return VariableTable.check(plan.environment(), plan.gate().get(), tools);
  }

  /// What files say of tools that are not run.
  private List<Finding> files(GateStatus status) {
    List<Finding> findings = new ArrayList<>();
    status
        .rootSha256()
        .ifPresent(
            root ->
                findings.addAll(
                    TrustedFiles.check(plan.environment(), TrustVariables.names(), root)));
    Path settings = plan.home().resolve(".claude");
    if (Programs.find("claude", plan.environment()).isPresent() || Files.isDirectory(settings)) {
      findings.addAll(
          ClaudeSettings.check(
              List.of(
                  settings.resolve("settings.json"),
                  plan.here().resolve(".claude/settings.json"),
                  plan.here().resolve(".claude/settings.local.json"),
                  plan.machine().resolve("etc/claude-code/managed-settings.json")),
              plan.gate().orElseThrow()));
    }
    for (String hint : GitRemotes.hints(plan.here(), Set.of())) {
      int cut = hint.indexOf("; use ");
      findings.add(
          Finding.note(
              Group.TOOLS,
              "git remotes",
              cut < 0 ? hint : hint.substring(0, cut),
              cut < 0 ? "use its https form" : hint.substring(cut + 2)));
    }
    return findings;
  }

  private List<Check> checks(Optional<GateStatus> status) {
    List<Check> checks = new ArrayList<>();
    if (status.isPresent() && plan.gate().isPresent()) {
      GateAddress gate = plan.gate().get();
      GateClient client = new GateClient(gate, plan.environment(), plan.pace().gate());
      if (plan.pace() == Plan.Pace.WHOLE) {
        checks.addAll(Tools.found(plan, status.get(), folder));
      }
      checks.addAll(AllowedChecks.of(plan, status.get(), client));
      checks.addAll(ThroughChecks.of(plan, gate, status.get(), client));
    }
    checks.addAll(RoundChecks.of(plan, status));
    return checks;
  }

  private static List<Finding> all(List<Check> checks, long began) throws InterruptedException {
    ExecutorService waiting = pool(WAITING);
    ExecutorService working = pool(WORKING);
    try {
      List<Future<List<Finding>>> running = new ArrayList<>();
      for (Check check : checks) {
        ExecutorService pool = check instanceof ToolCheck ? working : waiting;
        running.add(pool.submit(check::look));
      }
      List<Finding> findings = new ArrayList<>();
      for (int each = 0; each < checks.size(); each++) {
        findings.addAll(result(checks.get(each), running.get(each), began));
      }
      return findings;
    } finally {
      waiting.shutdownNow();
      working.shutdownNow();
    }
  }

  private static ExecutorService pool(int threads) {
    return Executors.newFixedThreadPool(
        threads, Thread.ofPlatform().daemon().name("doctor-", 0).factory());
  }

  private static List<Finding> result(Check check, Future<List<Finding>> running, long began)
      throws InterruptedException {
    long left = DEADLINE.toNanos() - (System.nanoTime() - began);
    try {
      return running.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return List.of(
          Finding.fails(
              check.group(),
              check.name(),
              "was not over in time",
              "try again when this machine has less to do, or with --quick"));
    } catch (ExecutionException failed) {
      throw new IllegalStateException("a check failed inside the program", failed.getCause());
    }
  }

  private Finding proof(List<Finding> findings) {
    List<Finding> round = findings.stream().filter(each -> each.group() == Group.ROUND).toList();
    boolean route =
        plan.targets().outside().stream()
            .anyMatch(address -> Direct.hasRoute(InetAddress.ofLiteral(address)));
    boolean known =
        !plan.outside().isEmpty()
            || round.stream()
                .anyMatch(
                    each ->
                        each.name().equals("allowed host by name")
                            && !each.seen().endsWith(Attempt.NO_NAME.words()));
    return new Closed(plan.expectation())
        .proof(
            round,
            route ? Closed.Route.SOME : Closed.Route.NONE,
            known ? Closed.Known.TRIED : Closed.Known.NOBODY);
  }
}
