package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.Verification;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport audit verify`: whether the log is whole and unchanged.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the hash chain of an audit log, all its files, or every log of a folder: finds what"
          + " was changed,",
      "cut out, doubled or put in another order. The chain alone cannot show that the newest lines"
          + " are missing."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:intact", "1:broken", "2:there is no such log"})
final class AuditVerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  AuditVerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Verifies; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException {
    Verification result = ChainVerifier.verify(options.existing(surroundings));
    if (json) {
      surroundings.out().println(Json.text(data(result)));
    } else {
      Style style = surroundings.style();
      for (String sentence : result.sentences()) {
        surroundings.out().println(result.holds() ? style.good(sentence) : style.bad(sentence));
      }
    }
    return result.exitCode();
  }

  private static Map<String, Object> data(Verification result) {
    List<Map<String, Object>> chains =
        result.chains().stream().map(AuditVerifyCommand::data).toList();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("intact", result.holds());
    data.put("chains", chains);
    return data;
  }

  private static Map<String, Object> data(Verification.ChainResult chain) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", chain.name());
    data.put("files", chain.files());
    data.put("intact-up-to", chain.intactUpTo());
    chain
        .fault()
        .ifPresent(
            fault -> {
              data.put("file", fault.file().toString());
              data.put("line", fault.line());
              data.put("problem", fault.problem());
            });
    return data;
  }
}
