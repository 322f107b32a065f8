package dev.sallyport.proxy.audit.export;

import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.Trail;
import dev.sallyport.proxy.audit.Trusted;
import dev.sallyport.proxy.audit.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Verifies an export: its files by their sums, its stretch of the chain by hashes and signatures,
/// and that every event in it is one of that stretch.
///
/// @param problems what is wrong besides the chain; empty when nothing is
public record BundleCheck(Verification chain, List<String> problems) {
  public BundleCheck {
    problems = List.copyOf(problems);
  }

  /// Whether a folder is an export.
  public static boolean isBundle(Path folder) {
    return Bundle.is(folder);
  }

  /// Verifies it.
  ///
  /// @param trusted keys and anchors from elsewhere
  /// @throws IOException when it cannot be read
  public static BundleCheck verify(Path folder, Trusted trusted) throws IOException {
    List<String> problems = new ArrayList<>();
    sums(folder, problems);
    Trusted stretch = new Trusted(trusted.keys(), trusted.anchors(), Trusted.Beginning.ANYWHERE);
    Verification chain = ChainVerifier.verify(folder.resolve(Bundle.CHAIN), stretch);
    strange(folder).ifPresent(problems::add);
    return new BundleCheck(chain, problems);
  }

  /// Whether nothing is wrong.
  public boolean holds() {
    return chain.holds() && problems.isEmpty();
  }

  private static void sums(Path folder, List<String> problems) throws IOException {
    List<String> listed = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(Bundle.SUMS))) {
      String[] parts = line.split("  ", 2);
      String name = parts.length == 2 ? parts[1] : "";
      Path file = folder.resolve(name).normalize();
      listed.add(name);
      if (name.isEmpty() || !file.startsWith(folder.normalize())) {
        problems.add(Bundle.SUMS + ": a line names no file of the export");
      } else if (!Files.isRegularFile(file)) {
        problems.add(name + ": missing");
      } else if (!Bundle.sum(file).equals(parts[0])) {
        problems.add(name + ": changed since the export");
      }
    }
    for (String name : new Bundle(folder).files()) {
      if (!listed.contains(name)) {
        problems.add(name + ": not of the export");
      }
    }
  }

  /// Events and stretch are in the same order, so that one pass over both is enough.
  private static Optional<String> strange(Path folder) throws IOException {
    try (Trail stretch = Trail.open(folder.resolve(Bundle.CHAIN), Span.ALWAYS);
        BufferedReader events = Files.newBufferedReader(folder.resolve(Bundle.EVENTS))) {
      String wanted = events.readLine();
      while (wanted != null) {
        Optional<RecordedLine> line = stretch.next();
        if (line.isEmpty()) {
          return Optional.of(Bundle.EVENTS + ": holds a line that is not in the chain");
        }
        if (stretch.text().equals(wanted)) {
          wanted = events.readLine();
        }
      }
    }
    return Optional.empty();
  }
}
