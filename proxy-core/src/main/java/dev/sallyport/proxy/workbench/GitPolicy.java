package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The files of a policy as they were in some revision of a git repository.
public final class GitPolicy {
  /// Octets of a folder's listing at most: room for as many files as a policy may have, and others.
  private static final int MAX_LISTING = 4 << 20;

  private static final String BLOB = "blob";
  private static final String TREE = "tree";

  /// Begins the mode of a regular file; links are not followed.
  private static final String REGULAR = "100";

  private GitPolicy() {}

  /// Reads a file, or every file of a policy in a folder; blocks until git has ended.
  ///
  /// @param folder where git is run; below it or above it is the repository
  /// @param object `REVISION:PATH` as git takes it, the path from the top of the repository, or
  ///   from the folder when it begins with `./`
  /// @param shown how messages and places call the file or the folder
  /// @return the texts by the names of their files, as shown, in the order of the names
  /// @throws IOException with a sentence for a person when there is no such revision or path, a
  ///   file is larger than a policy may be, or is not UTF-8
  public static SequencedMap<String, String> read(Path folder, String object, String shown)
      throws IOException {
    if (object.startsWith("-")) {
      throw new IOException(Problem.quote(object) + " is not a git revision");
    }
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    String kind =
        text(GitCommand.output(folder, shown, TREE.length() * 2, "cat-file", "-t", object));
    if (!kind.strip().equals(TREE)) {
      texts.put(shown, blob(folder, object, shown));
      return texts;
    }
    String listing =
        text(GitCommand.output(folder, shown, MAX_LISTING, "ls-tree", "-z", "--full-tree", object));
    List<Listed> files =
        listing.isEmpty()
            ? List.of()
            : List.of(listing.split("\0", -1)).stream()
                .filter(line -> line.indexOf('\t') > 0)
                .map(Listed::of)
                .filter(Listed::isPolicyFile)
                .sorted(java.util.Comparator.comparing(Listed::name))
                .limit(PolicyLoader.MAX_FILES + 1L)
                .toList();
    for (Listed file : files) {
      String name =
          shown.endsWith("/") || shown.endsWith(":") ? shown + file.name : shown + "/" + file.name;
      texts.put(name, blob(folder, file.id, name));
    }
    return texts;
  }

  /// A line of a folder's listing: `MODE KIND ID<tab>NAME`.
  private record Listed(String mode, String kind, String id, String name) {
    static Listed of(String line) {
      int tab = line.indexOf('\t');
      String[] words = line.substring(0, tab).split(" ", -1);
      return new Listed(words[0], words[1], words[2], line.substring(tab + 1));
    }

    boolean isPolicyFile() {
      return kind.equals(BLOB) && mode.startsWith(REGULAR) && PolicyLoader.isPolicyFile(name);
    }
  }

  private static String blob(Path folder, String object, String shown) throws IOException {
    byte[] octets = GitCommand.output(folder, shown, YamlFile.MAX_SIZE, "cat-file", BLOB, object);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException wrong) {
      throw new IOException(Problem.quote(shown) + " is not UTF-8; save it as UTF-8", wrong);
    }
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }
}
