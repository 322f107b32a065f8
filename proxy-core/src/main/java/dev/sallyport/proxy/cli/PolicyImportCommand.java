package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.workbench.PolicyImport;
import dev.sallyport.rules.check.PolicyDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sallyport policy import FILE...`: a policy drawn from other programs' lists.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Drafts a policy from settings of Claude Code (WebFetch rules, sandbox.network, MCP servers;"
          + " managed settings too), .mcp.json, settings of sandbox-runtime, and dstdomain lists of"
          + " Squid. Says line by line what could not be carried over."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:a file cannot be read, or is none of these"})
final class PolicyImportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "What to read.")
  private List<Path> files = List.of();

  @Mixin private DraftOutput output = new DraftOutput();

  PolicyImportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Drafts; returns the exit code.
  @Override
  public Integer call() throws CommandFailure, IOException {
    PolicyImport all = new PolicyImport("imported");
    for (Path file : files) {
      all.read(file);
    }
    PolicyDraft draft = all.draft();
    return output.write(surroundings, draft, all.remarks());
  }
}
