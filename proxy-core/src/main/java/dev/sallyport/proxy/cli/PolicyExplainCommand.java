package dev.sallyport.proxy.cli;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.check.AddressFinding;
import dev.sallyport.rules.check.Explanation;
import dev.sallyport.rules.load.ExampleRequest;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Spelling;
import dev.sallyport.rules.load.Values;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport policy explain URL`: what the policy decides, the rule and its place, and what came
/// near.
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Says what a policy decides for a destination, by which rule, and what came near.",
      "",
      "Without --policy it is the policy of the settings, else policy.yaml in your configuration"
          + " folder, else the built-in starter. Without --profile and --as the client is one on"
          + " this machine that shows no token."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:allowed", "1:refused", "2:usage or unreadable input"})
final class PolicyExplainCommand implements Callable<Integer> {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final String LISTENER = "main";

  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "URL",
      description = "https://HOST/..., http://HOST/..., or HOST[:PORT], which is https.")
  private String url = "";

  @Option(names = "--policy", paramLabel = "FILE", description = "The policy: a file or a folder.")
  private @Nullable Path policyFile;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "The method of the request; GET without it.")
  private String method = "GET";

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Decide as of this time, such as 2026-12-01T00:00:00Z; now without it.")
  private @Nullable String at;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private @Nullable Client client;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Option(names = "--json", description = "Print the explanation as JSON.")
  private boolean json;

  PolicyExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// For whom to explain.
  static final class Client {
    @Option(
        names = "--profile",
        paramLabel = "NAME",
        description = "For clients with this profile.")
    private @Nullable String profile;

    @Option(names = "--as", paramLabel = "NAME", description = "For the client with this token.")
    private @Nullable String token;
  }

  /// Explains; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    ExampleRequest asked = asked();
    Policy policy = policy();
    Explanation explanation =
        Explanation.of(policy, who(policy), asked.destination(), asked.sight(Map.of()), at());
    boolean allowed =
        explanation.decision().outcome() == Outcome.ALLOW
            && !explanation.address().map(AddressFinding::refused).orElse(false);
    if (json) {
      Map<String, Object> facts = explanation.data();
      facts.put("allowed", allowed);
      surroundings.out().println(Json.text(facts));
    } else {
      print(explanation.lines(), allowed);
    }
    return allowed ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
  }

  private void print(List<String> lines, boolean allowed) {
    Style style = surroundings.style();
    String verdict = lines.getFirst();
    surroundings.out().println(allowed ? style.good(verdict) : style.bad(verdict));
    lines.stream().skip(1).forEach(surroundings.out()::println);
  }

  private Instant at() throws CommandFailure {
    String written = at;
    return written == null
        ? surroundings.clock().instant()
        : Values.timestamp(written)
            .orElseThrow(
                () ->
                    CommandFailure.unusable(
                        Problem.quote(written)
                            + " is not a time; write it as in `2026-12-01T00:00:00Z`"));
  }

  private ExampleRequest asked() throws CommandFailure {
    // A fragment is the client's own and never sent (RFC 9110 section 4.2.5).
    String asked = url.indexOf('#') < 0 ? url : url.substring(0, url.indexOf('#'));
    boolean bare = !asked.contains("://") && !asked.startsWith("CONNECT ");
    String whole = bare ? "https://" + asked : asked;
    try {
      return ExampleRequest.parse(whole.indexOf(' ') < 0 ? method + " " + whole : whole);
    } catch (MalformedHostException wrong) {
      throw CommandFailure.unusable(
          Problem.quote(url)
              + " is not a destination: "
              + wrong.getMessage()
              + "; write `https://HOST/`, `http://HOST/` or `HOST:PORT`");
    }
  }

  private Policy policy() throws LoadException {
    Path named = policyFile;
    return named != null
        ? PolicyLocation.read(named)
        : PolicyLocation.read(
            PolicyLocation.of(settings.load(surroundings), surroundings.folders()));
  }

  private Who who(Policy policy) throws CommandFailure {
    String profile = client == null ? null : client.profile;
    if (profile != null) {
      return withProfile(policy, profile);
    }
    String token = client == null ? null : client.token;
    Proof proof = token == null ? new Proof.Nothing() : new Proof.Token(token);
    return new Who.As(new ClientIdentity(proof, LOOPBACK, LISTENER, Map.of(), Map.of()));
  }

  private static Who withProfile(Policy policy, String name) throws CommandFailure {
    List<String> known = policy.source().profiles().stream().map(Profile::name).toList();
    if (known.contains(name)) {
      return new Who.WithProfile(name);
    }
    String hint = Spelling.suggestion(name, known).orElse("there are: " + String.join(", ", known));
    throw CommandFailure.unusable("the policy has no profile " + Problem.quote(name) + "; " + hint);
  }
}
