package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.workbench.Suggestion;
import dev.sallyport.rules.check.PolicyDraft;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport policy suggest LOG`: a policy, for review, for what a log saw.
@Command(
    name = "suggest",
    mixinStandardHelpOptions = true,
    description = {
      "Drafts a policy for what an audit log saw refused, or let through by report mode: hosts that"
          + " a catalogue knows by that catalogue, all others by their exact names, each with its"
          + " evidence as a comment. It is for review: whatever tried to get out is in it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:the log cannot be read"})
final class PolicySuggestCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AuditOptions options = new AuditOptions();

  @Option(
      names = "--all",
      description = "Take what was allowed too, so that the policy stands for itself.")
  private boolean all;

  @Mixin private DraftOutput output = new DraftOutput();

  PolicySuggestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Drafts; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure, IOException {
    Suggestion.Which which = all ? Suggestion.Which.ALL : Suggestion.Which.REFUSED;
    PolicyDraft draft = Suggestion.of(options.existing(surroundings), which);
    return output.write(surroundings, draft);
  }
}
