package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.identify.Token;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport token list`: names, labels and dates; the tokens themselves are nowhere.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the tokens on file: name, when it was added, labels.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:listed", "2:the file cannot be used"})
final class TokenListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private TokenOptions options = new TokenOptions();

  @Option(names = "--json", description = "Print the list as JSON.")
  private boolean json;

  TokenListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Lists; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    Path file = options.file(surroundings);
    List<Token> tokens;
    try {
      tokens = new TokenFile(file).load().all();
    } catch (IOException failed) {
      throw FileFailure.of(file, failed);
    }
    if (json) {
      surroundings.out().println(Json.text(tokens.stream().map(TokenListCommand::data).toList()));
    } else if (tokens.isEmpty()) {
      surroundings.err().println("there are no tokens in " + file);
    } else {
      print(tokens);
    }
    return ExitCode.OK;
  }

  private void print(List<Token> tokens) {
    int width = tokens.stream().mapToInt(token -> token.name().length()).max().orElse(0);
    for (Token token : tokens) {
      String labels =
          token.labels().entrySet().stream()
              .map(label -> label.getKey() + "=" + label.getValue())
              .collect(Collectors.joining(" "));
      String created = token.created().map(Instant::toString).orElse("-");
      String line = token.name() + " ".repeat(width - token.name().length() + 2) + created;
      surroundings.out().println(labels.isEmpty() ? line : line + "  " + labels);
    }
  }

  private static Map<String, Object> data(Token token) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", token.name());
    token.created().ifPresent(at -> data.put("created", at.toString()));
    data.put("labels", token.labels());
    return data;
  }
}
