package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.Verification;
import dev.sallyport.proxy.audit.export.BundleCheck;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Path;
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
      "Checks an audit log, all its files, or every log of a folder, and says what it can prove:"
          + " up to which event",
      "the hash chain is intact, up to which a checkpoint is signed, and up to which an anchor"
          + " holds it. The chain",
      "shows what was changed, cut out, doubled or put in another order; signatures show what was"
          + " written anew; an",
      "anchor shows that the newest lines were cut off. The folder of an `audit export` is verified"
          + " as a whole."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:intact",
      "1:broken",
      "2:there is no such log, or a key or anchor cannot be read"
    })
final class AuditVerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();
  @Mixin private TrustOptions trust = new TrustOptions();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  AuditVerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Verifies; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException {
    Path log = options.existing(surroundings);
    if (BundleCheck.isBundle(log)) {
      return bundle(BundleCheck.verify(log, trust.trusted()));
    }
    Verification result = ChainVerifier.verify(log, trust.trusted());
    print(result, data(result));
    return result.exitCode();
  }

  private int bundle(BundleCheck check) {
    Map<String, Object> data = data(check.chain());
    data.put("intact", check.holds());
    data.put("problems", check.problems());
    print(check.chain(), data);
    if (!json) {
      Style style = surroundings.style();
      check.problems().forEach(problem -> surroundings.out().println(style.bad(problem)));
      if (check.problems().isEmpty()) {
        surroundings
            .out()
            .println(
                style.good("no file was changed since the export; every event is in the chain"));
      }
    }
    return check.holds() ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
  }

  private void print(Verification result, Map<String, Object> data) {
    if (json) {
      surroundings.out().println(Json.text(data));
    } else {
      Style style = surroundings.style();
      for (String sentence : result.sentences()) {
        surroundings.out().println(result.holds() ? style.good(sentence) : style.bad(sentence));
      }
    }
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
    data.put("from", chain.from());
    data.put("intact-up-to", chain.intactUpTo());
    data.put("signed-up-to", chain.signedUpTo());
    data.put("anchored-up-to", chain.anchoredUpTo());
    chain.keyId().ifPresent(id -> data.put("key", id));
    chain
        .fault()
        .ifPresent(
            fault -> {
              if (fault.line() > 0) {
                data.put("file", fault.file().toString());
                data.put("line", fault.line());
              }
              data.put("problem", fault.problem());
            });
    return data;
  }
}
