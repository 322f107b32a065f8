package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.identify.Secret;
import dev.sallyport.proxy.identify.Token;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport token add NAME`: makes a token and prints it, once. Standard output holds the token
/// and nothing else.
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a token and prints it. It is shown this once: the file keeps only its SHA-256.",
      "",
      "A client shows it as proxy credentials: HTTPS_PROXY=http://NAME:TOKEN@HOST:PORT"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the token is on file", "2:the name is taken, or a file cannot be used"})
final class TokenAddCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "NAME",
      description = "What the token is called in policies and events, such as ci-1.")
  private String name = "";

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "What the token proves, as in --label repository=acme/shop; may be repeated.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Mixin private TokenOptions options = new TokenOptions();

  @Option(names = "--json", description = "Print name, token and file as JSON.")
  private boolean json;

  TokenAddCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Adds the token; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    check();
    Path file = options.file(surroundings);
    print(add(file), file);
    return ExitCode.OK;
  }

  private void check() throws CommandFailure {
    if (!Token.isName(name)) {
      throw CommandFailure.unusable(
          Problem.quote(name) + " cannot name a token; use " + Token.NAME_IN_WORDS);
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (!Token.isName(label.getKey()) || !Token.isLabelValue(label.getValue())) {
        throw CommandFailure.unusable(
            Problem.quote(label.getKey() + "=" + label.getValue())
                + " is not a label; a name is "
                + Token.NAME_IN_WORDS
                + ", a value 1 to "
                + Token.MAX_LABEL_VALUE
                + " characters");
      }
    }
  }

  private Secret add(Path file) throws LoadException, CommandFailure {
    try {
      return new TokenFile(file)
          .add(name, labels, surroundings.clock().instant())
          .orElseThrow(
              () ->
                  CommandFailure.unusable(
                      "there is a token `"
                          + name
                          + "` already; revoke it first or choose another name"));
    } catch (IOException failed) {
      throw FileFailure.of(file, failed);
    }
  }

  private void print(Secret secret, Path file) {
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("name", name);
      facts.put("token", secret.reveal());
      facts.put("file", file.toString());
      surroundings.out().println(Json.text(facts));
      return;
    }
    surroundings.out().println(secret.reveal());
    surroundings
        .err()
        .println("token `" + name + "` is in " + file + "; this is the only time that it is shown");
    surroundings
        .err()
        .println(
            "a client uses it as HTTPS_PROXY=http://"
                + name
                + ":TOKEN@HOST:PORT, once the gate has read the file");
  }
}
