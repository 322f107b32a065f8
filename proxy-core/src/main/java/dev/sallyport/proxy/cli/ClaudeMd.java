package dev.sallyport.proxy.cli;

import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/// Two lines for the `CLAUDE.md` of a repository: an agent that reads them asks the gate before it
/// tries, and takes a refusal for an answer. Blocks.
final class ClaudeMd {
  /// What the file is given.
  static final List<String> LINES =
      List.of(
          "- Network access goes through Sallyport, which refuses what its policy does not list. A"
              + " refusal is final: do not try again or another way, say what was refused and why.",
          "- Before you reach for a host that may not be listed, ask: `curl -s"
              + " 'http://sallyport.internal/why?url=https%3A%2F%2FHOST%2FPATH'` answers allow or"
              + " deny, the reason, and whom to ask.");

  private static final String NAME = "CLAUDE.md";
  private static final String MARK = "http://sallyport.internal/why";

  /// Octets of a file that are looked through.
  private static final int MAX_OCTETS = 4 * 1024 * 1024;

  private ClaudeMd() {}

  /// Adds the lines to the file of a repository, which is made when there is none. A repository is
  /// not trusted: no link is followed, and nothing but a plain file is opened.
  ///
  /// @return what is to be said of it, a line each; nothing when they are there already
  static List<String> addTo(Path repository) {
    Path file = repository.resolve(NAME);
    try {
      boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      if (there
          && (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
              || Files.size(file) > MAX_OCTETS)) {
        return byHand(Problem.quote(NAME) + " is a link, no file, or very long, and stays");
      }
      String before = there ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
      if (before.contains(MARK)) {
        return List.of();
      }
      String start = before.isEmpty() ? "" : before.endsWith("\n") ? "\n" : "\n\n";
      Set<OpenOption> options =
          Set.of(
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND,
              StandardOpenOption.CREATE,
              LinkOption.NOFOLLOW_LINKS);
      Files.writeString(
          file, start + String.join("\n", LINES) + "\n", options.toArray(OpenOption[]::new));
      return List.of(NAME + ": two lines added, so that an agent asks the gate before it tries");
    } catch (IOException failed) {
      return byHand(FileFailure.sentence(file, failed));
    }
  }

  /// The lines for somebody who puts them there.
  static List<String> byHand(String why) {
    return List.of(
        why + "; these two lines make an agent ask the gate before it tries:",
        LINES.getFirst(),
        LINES.getLast());
  }
}
