package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.doctor.Doctor;
import dev.sallyport.proxy.doctor.Expectation;
import dev.sallyport.proxy.doctor.GateAddress;
import dev.sallyport.proxy.doctor.Plan;
import dev.sallyport.proxy.doctor.Probe;
import dev.sallyport.proxy.doctor.Targets;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sallyport doctor`: proves a set-up from the client's side.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Run it where the agent runs. Shows whether every tool there goes through the gate and trusts"
          + " it, whether what is allowed works, and whether every way round the gate is closed;"
          + " says how to mend what is not. Sends nothing but the probes that --list shows."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:everything is as it should be", "1:something is not", "2:usage"})
final class DoctorCommand implements Callable<Integer> {
  private static final int ADMIN_PORT = 9328;
  private static final int MAX_PORT = 65_535;

  private final Surroundings surroundings;

  @Option(
      names = "--gate",
      paramLabel = "URL",
      description = "Where the gate is; without it, the proxy variables say.")
  private @Nullable String gate;

  @Option(
      names = "--expect",
      paramLabel = "WHAT",
      description =
          "What keeps the client to the gate: `confined`, a network without another way out (the"
              + " default), or `variables`, proxy variables alone; then a way round is told and is"
              + " no failure.")
  private String expect = "confined";

  @Option(
      names = "--outside",
      paramLabel = "HOST:PORT",
      description =
          "Somebody outside who answers on that TCP port, to be tried without the gate; may be"
              + " repeated. Without it, addresses that nobody has stand for the outside.")
  private List<String> outside = new ArrayList<>();

  @Option(
      names = "--resolver",
      paramLabel = "ADDRESS",
      description = "A resolver outside that answers, to be tried without the gate.")
  private @Nullable String resolver;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description = "The gate's admin port, which clients must not reach (9328).")
  private int adminPort = ADMIN_PORT;

  @Option(
      names = "--control",
      paramLabel = "PATH",
      description = "Where the gate's control socket might be reached; may be repeated.")
  private List<Path> controls = new ArrayList<>();

  @Option(names = "--quick", description = "Run no tools and wait less.")
  private boolean quick;

  @Option(names = "--list", description = "Show what would be sent, and to whom; send none of it.")
  private boolean list;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Examines; returns the exit code.
  @Override
  public Integer call() throws CommandFailure, IOException, InterruptedException {
    Expectation expectation = expectation();
    Plan plan = plan(expectation);
    DoctorPage page =
        new DoctorPage(surroundings.out(), surroundings.style(), TerminalWidth.columns());
    if (list) {
      List<Probe> probes = Doctor.probes(plan);
      if (json) {
        surroundings.out().println(Json.text(DoctorData.of(probes)));
      } else {
        page.list(probes);
      }
      return ExitCode.OK;
    }
    Doctor.Report report = Doctor.examine(plan);
    if (json) {
      surroundings.out().println(Json.text(DoctorData.of(report, expectation)));
    } else {
      page.print(report, expectation);
    }
    return report.isHealthy() ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
  }

  private Expectation expectation() throws CommandFailure {
    return switch (expect) {
      case "confined" -> Expectation.CONFINED;
      case "variables" -> Expectation.VARIABLES;
      default -> throw CommandFailure.unusable("`--expect` is `confined` or `variables`");
    };
  }

  private Plan plan(Expectation expectation) throws CommandFailure {
    List<Plan.Outside> known = new ArrayList<>();
    for (String each : outside) {
      known.add(outside(each));
    }
    if (adminPort < 1 || adminPort > MAX_PORT) {
      throw CommandFailure.unusable("`--admin-port` is 1 to 65535");
    }
    Path home = Path.of(surroundings.environment().getOrDefault("HOME", "/"));
    List<Path> sockets =
        Stream.concat(
                controls.stream().map(Path::toAbsolutePath),
                Stream.of(
                    surroundings.folders().state().resolve("sallyport.sock"),
                    Path.of("/run/sallyport/sallyport.sock"),
                    Path.of("/var/lib/sallyport/sallyport.sock")))
            .distinct()
            .toList();
    return new Plan(
        address(),
        surroundings.environment(),
        Targets.STANDARD,
        expectation,
        quick ? Plan.Pace.QUICK : Plan.Pace.WHOLE,
        known,
        resolver(),
        adminPort,
        sockets,
        home,
        Path.of("").toAbsolutePath(),
        Path.of("/"),
        surroundings.clock());
  }

  private Optional<GateAddress> address() throws CommandFailure {
    String given = gate;
    if (given != null) {
      return Optional.of(
          GateAddress.of(given)
              .orElseThrow(
                  () ->
                      CommandFailure.unusable(
                          "`--gate` is no proxy's URL: http://NAME:TOKEN@HOST:PORT")));
    }
    return GateAddress.named(surroundings.environment());
  }

  private static Plan.Outside outside(String text) throws CommandFailure {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    String port = text.substring(colon + 1);
    boolean right =
        !bare.isEmpty()
            && bracketed == bare.contains(":")
            && port.matches("[1-9][0-9]{0,4}")
            && Integer.parseInt(port) <= MAX_PORT;
    if (!right) {
      throw CommandFailure.unusable(
          "`--outside` is HOST:PORT, an IPv6 address in brackets, as in `192.0.2.10:443`");
    }
    return new Plan.Outside(bare, Integer.parseInt(port));
  }

  private Optional<InetAddress> resolver() throws CommandFailure {
    String given = resolver;
    if (given == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(given));
    } catch (IllegalArgumentException name) {
      throw CommandFailure.unusable("`--resolver` is an address, as in `192.0.2.53`");
    }
  }
}
