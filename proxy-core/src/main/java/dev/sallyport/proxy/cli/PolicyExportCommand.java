package dev.sallyport.proxy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.run.ChildEnvironment;
import dev.sallyport.proxy.workbench.ClaudeSettingsExport;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport policy export FILE --claude-managed-settings`: the same rules in another program's
/// words.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the rules of one profile as settings of another program, and says line by line on"
          + " standard error what those settings cannot hold."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:the policy cannot be read, or something in it is wrong"})
final class PolicyExportCommand implements Callable<Integer> {
  /// Variables whose file is read beside the client's own roots.
  private static final List<String> ADDED = List.of("NODE_EXTRA_CA_CERTS");

  /// Variables whose file is read instead of the client's own roots, so it must hold those, too.
  private static final List<String> INSTEAD =
      List.of(
          "SSL_CERT_FILE",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "GIT_SSL_CAINFO",
          "PIP_CERT",
          "CARGO_HTTP_CAINFO",
          "AWS_CA_BUNDLE");

  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The policy: a file, or a folder of them.")
  private @Nullable Path file;

  @Option(
      names = "--claude-managed-settings",
      description =
          "As managed settings of Claude Code: WebFetch rules, sandbox.network, allowedMcpServers,"
              + " and env with proxy and CA.")
  private boolean claude;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "The profile to export; the policy's first unless given.")
  private @Nullable String profile;

  @Option(
      names = "--proxy",
      paramLabel = "URL",
      description = "Where the gate listens; ${DEFAULT-VALUE} unless given.")
  private String proxy = "http://127.0.0.1:3128";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "The gate's root on the client's machine; ${DEFAULT-VALUE} unless given.")
  private String ca = "/etc/sallyport/ca.pem";

  @Option(
      names = "--ca-bundle",
      paramLabel = "FILE",
      description =
          "A file there with the system's roots and the gate's, for curl, git, pip and others.")
  private @Nullable String bundle;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write to this file; to standard output unless given.")
  private @Nullable Path out;

  PolicyExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Exports; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    if (!claude) {
      throw CommandFailure.unusable("say in whose words: `--claude-managed-settings`");
    }
    Policy policy = PolicyLocation.read(Objects.requireNonNull(file));
    ClaudeSettingsExport export = new ClaudeSettingsExport(policy.source(), profile(policy));
    String text = Json.text(export.settings(environment()));
    export.remarks().forEach(surroundings.err()::println);
    Path to = out;
    if (to == null) {
      surroundings.out().println(text);
    } else {
      try {
        Files.writeString(to, text + System.lineSeparator(), UTF_8);
      } catch (IOException failed) {
        throw FileFailure.of(to, failed);
      }
    }
    return ExitCode.OK;
  }

  private Profile profile(Policy policy) throws CommandFailure {
    List<Profile> all = policy.source().profiles();
    String wanted = profile;
    if (all.isEmpty()) {
      throw CommandFailure.unusable("the policy has no profile, so there is nothing to export");
    }
    if (wanted == null) {
      return all.getFirst();
    }
    List<String> names = all.stream().map(Profile::name).toList();
    return all.stream()
        .filter(each -> each.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.unusable(
                    "the policy has no profile "
                        + Problem.quote(wanted)
                        + "; "
                        + Spelling.suggestion(wanted, names)
                            .orElse("there are: " + String.join(", ", names))));
  }

  private Map<String, String> environment() throws CommandFailure {
    if (!proxy.matches("https?://[^/\\s]+/?")) {
      throw CommandFailure.unusable(
          Problem.quote(proxy) + " is not the URL of a proxy; write `http://HOST:PORT`");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (String name : List.of("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")) {
      variables.put(name, proxy);
    }
    variables.put("NO_PROXY", ChildEnvironment.LOOPBACK);
    variables.put("no_proxy", ChildEnvironment.LOOPBACK);
    variables.put("NODE_USE_ENV_PROXY", "1");
    String roots = bundle;
    ADDED.forEach(name -> variables.put(name, roots == null ? ca : roots));
    if (roots != null) {
      INSTEAD.forEach(name -> variables.put(name, roots));
    }
    return variables;
  }
}
