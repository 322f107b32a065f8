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

  /// What can be said of one chain. Without an anchor it does not show that its newest lines were
  /// cut off, and without a key from elsewhere not that all of it was written anew and signed anew.
  ///
  /// @param name the last name of its active file
  /// @param files how many files were read
  /// @param from the number of its first event: more than 1 when older ones were retired
  /// @param intactUpTo the number of the last event before the first fault; 0 when there is none
  /// @param signedUpTo the number of the last checkpoint up to there; 0 when there is none
  /// @param anchoredUpTo the number of the last event up to there that an anchor names; 0 when
  ///   there is none
  /// @param keyId which key signed the last checkpoint
  /// @param fault the first thing that is wrong
  public record ChainResult(
      String name,
      int files,
      long from,
      long intactUpTo,
      long signedUpTo,
      long anchoredUpTo,
      Optional<String> keyId,
      Optional<Fault> fault) {
    /// A chain that is not there although an anchor speaks of it.
    static ChainResult missing(Anchor anchor) {
      String name = anchor.chain().orElse("a chain without a name");
      String problem =
          anchor.chain().isPresent()
              ? "an anchor names event "
                  + anchor.head().seq()
                  + " of this chain, and the chain is not there"
              : "an anchor does not say which chain it is of; verify that chain by itself";
      return new ChainResult(
          name, 0, 0, 0, 0, 0, Optional.empty(), Optional.of(new Fault(Path.of("."), 0, problem)));
    }

    /// One sentence without a full stop: `sallyport.jsonl: intact up to 42, signed up to 40,
    /// anchored up to 30`, with what is wrong and where behind it.
    public String sentence() {
      String name = Printable.text(this.name);
      if (fault.isPresent()) {
        return name + ": " + proven() + "; " + fault.get().text();
      }
      return name + ": " + (intactUpTo == 0 ? "no events" : proven());
    }

    private String proven() {
      if (intactUpTo == 0) {
        return "nothing is intact";
      }
      return "intact "
          + (from > 1 ? "from " + from + " " : "")
          + "up to "
          + intactUpTo
          + (signedUpTo > 0 ? ", signed up to " + signedUpTo : ", not signed")
          + (anchoredUpTo > 0 ? ", anchored up to " + anchoredUpTo : "");
    }
  }

  /// The first thing that is wrong in a chain.
  ///
  /// @param line from 1; 0 when it is the chain as a whole
  /// @param problem without any of the line's own text
  public record Fault(Path file, long line, String problem) {
    /// `file:line: problem`, the file by its last name.
    public String text() {
      return line == 0
          ? problem
          : Printable.text(ChainFiles.name(file)) + ":" + line + ": " + problem;
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
