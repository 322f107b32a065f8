package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.check.AddressFinding;
import dev.sallyport.rules.check.Explanation;
import dev.sallyport.rules.load.ExampleRequest;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Values;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "URL",
      description =
          "https://HOST/..., http://HOST/..., wss:// or ws:// for a WebSocket, or HOST[:PORT],"
              + " which is https.")
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

  @Option(
      names = "--header",
      paramLabel = "NAME: VALUE",
      description = "A header field of the request; may be repeated.")
  private List<String> headers = new ArrayList<>();

  @Mixin private ClientOptions client = new ClientOptions();

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Option(names = "--json", description = "Print the explanation as JSON.")
  private boolean json;

  PolicyExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Explains; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    ExampleRequest asked = asked();
    PolicyOrigin origin = origin();
    Policy policy = PolicyLocation.read(origin);
    Function<Place, Optional<String>> text = place -> PolicyText.line(origin, place);
    Explanation explanation =
        Explanation.of(
            policy, client.who(policy), asked.destination(), asked.sight(headers()), at());
    boolean allowed =
        explanation.decision().outcome() == Outcome.ALLOW
            && !explanation.address().map(AddressFinding::refused).orElse(false);
    if (json) {
      Map<String, Object> facts = explanation.data(text);
      facts.put("allowed", allowed);
      surroundings.out().println(Json.text(facts));
    } else {
      print(explanation.lines(text), allowed);
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

  private Map<String, List<String>> headers() throws CommandFailure {
    Map<String, List<String>> fields = new TreeMap<>();
    for (String written : headers) {
      int colon = written.indexOf(':');
      if (colon < 1) {
        throw CommandFailure.unusable(
            Problem.quote(written) + " is not a header field; write it as in `accept: text/html`");
      }
      String name = written.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      fields
          .computeIfAbsent(name, key -> new ArrayList<>())
          .add(written.substring(colon + 1).strip());
    }
    return fields;
  }

  private PolicyOrigin origin() throws LoadException {
    Path named = policyFile;
    return named != null
        ? new PolicyOrigin.File(named)
        : PolicyLocation.of(settings.load(surroundings), surroundings.folders());
  }
}
