package dev.sallyport.proxy.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What [ChainVerifier] found.
///
/// @param where the file or folder that was looked at
/// @param chains in the order of their names; none when the folder holds no audit file
public record Verification(Path where, List<ChainResult> chains) {
  public Verification {
    chains = List.copyOf(chains);
  }

  /// What can be said of one chain. Without signatures and anchors a chain shows every change
  /// inside, but not that its newest lines were cut off or that all of it was written anew.
  ///
  /// @param name the last name of its active file
  /// @param files how many files were read
  /// @param intactUpTo the number of the last event before the first fault; 0 when there is none
  /// @param fault the first thing that is wrong
  public record ChainResult(String name, int files, long intactUpTo, Optional<Fault> fault) {
    /// One sentence without a full stop: `sallyport.jsonl: intact up to 42`, with what is wrong and
    /// where behind it.
    public String sentence() {
      String name = Printable.text(this.name);
      String intact = intactUpTo == 0 ? "nothing is intact" : "intact up to " + intactUpTo;
      if (fault.isPresent()) {
        return name + ": " + intact + "; " + fault.get().text();
      }
      return intactUpTo == 0 ? name + ": no events" : name + ": " + intact;
    }
  }

  /// The first thing that is wrong in a chain.
  ///
  /// @param line from 1
  /// @param problem without any of the line's own text
  public record Fault(Path file, long line, String problem) {
    /// `file:line: problem`, the file by its last name.
    public String text() {
      return Printable.text(ChainFiles.name(file)) + ":" + line + ": " + problem;
    }
  }

  /// Whether there is a chain and none shows a fault.
  public boolean holds() {
    return !chains.isEmpty() && chains.stream().allMatch(chain -> chain.fault().isEmpty());
  }

  /// 0 when it holds, else 1.
  public int exitCode() {
    return holds() ? 0 : 1;
  }

  /// A sentence for each chain, or one that says that there is none.
  public List<String> sentences() {
    if (chains.isEmpty()) {
      return List.of("`" + Printable.text(where.toString()) + "` holds no audit file");
    }
    List<String> sentences = new ArrayList<>();
    chains.forEach(chain -> sentences.add(chain.sentence()));
    return sentences;
  }
}
