package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.workbench.RepositoryScan;
import dev.sallyport.rules.check.PolicyDraft;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport init`: a first policy for a repository.
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at a repository (build files, git remotes, .mcp.json, .claude/) and drafts a first"
          + " policy with tests. It is printed unless --out names a file; a gate never reads a"
          + " policy out of the working directory by itself, so put it where `run --policy` or the"
          + " settings name it.",
      "With --out, two lines for the agent go into the repository's CLAUDE.md: that a refusal is"
          + " final, and how to ask the gate before trying. Without, they are shown."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:drafted", "2:something cannot be read, or the file is there already"})
final class InitCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..1",
      description = "The top of the repository; the working directory unless given.")
  private Path folder = Path.of("");

  @Option(
      names = "--no-claude-md",
      description = "Leave CLAUDE.md as it is, and say nothing of it.")
  private boolean noClaudeMd;

  @Mixin private DraftOutput output = new DraftOutput();

  InitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Drafts; returns the exit code.
  @Override
  public Integer call() throws CommandFailure, IOException {
    if (!Files.isDirectory(folder.toAbsolutePath())) {
      throw CommandFailure.unusable(
          "there is no folder " + Problem.quote(folder.toString()) + "; name a repository");
    }
    List<String> remarks = new ArrayList<>();
    PolicyDraft draft = RepositoryScan.of(folder, remarks);
    if (!noClaudeMd && !output.isFile()) {
      remarks.addAll(ClaudeMd.byHand("for CLAUDE.md"));
    }
    int code = output.write(surroundings, draft, remarks);
    if (!noClaudeMd && output.isFile()) {
      ClaudeMd.addTo(folder.toAbsolutePath()).forEach(surroundings.err()::println);
    }
    return code;
  }
}
