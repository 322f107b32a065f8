package dev.sallyport.proxy.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The tools that are there.
final class Tools {
  private Tools() {}

  /// A check for each tool on the PATH. Those that read files get them in the folder.
  static List<Check> found(Plan plan, GateStatus status, Path folder) {
    Path source = folder.resolve("SallyportDoctor.java");
    try {
      Files.writeString(source, ToolScripts.JAVA);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Tool.Files files = new Tool.Files(folder.toString(), source.toString());
    boolean needed =
        status.refusesInBand() || status.allowed().stream().anyMatch(each -> each.intercepted());
    ToolCheck.Trust trust = needed ? ToolCheck.Trust.NEEDED : ToolCheck.Trust.NOT_NEEDED;
    List<Check> checks = new ArrayList<>();
    for (Tool tool : Tool.values()) {
      Programs.find(tool.program(), plan.environment())
          .ifPresent(
              program ->
                  checks.add(
                      new ToolCheck(tool, program, plan.environment(), files, folder, trust)));
    }
    return checks;
  }
}
