package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of one chain, by name. Events are written to the file that the settings name
/// (`sallyport.jsonl`); a full one is renamed to `sallyport-from-000000000042.jsonl` after the
/// number of its first event, and may be compressed to `….jsonl.gz` by whoever likes. Beside them
/// stand `sallyport.jsonl.lock`, which the gate that writes holds, and `sallyport.jsonl.torn-1`,
/// with octets that were no whole event after a crash.
///
/// @param active the file that is written to
record ChainFiles(Path active) {
  /// Digits of the number in a name, at least, so that names sort as numbers do.
  private static final int DIGITS = 12;

  private static final Pattern FINISHED =
      Pattern.compile("(.*)-from-([0-9]{12,18})(\\.(?!gz$)[^.]*)?(?:\\.gz)?");
  private static final String LOCK = ".lock";
  private static final String TORN = ".torn-";
  private static final String USUAL_ENDING = ".jsonl";
  private static final String COMPRESSED = ".gz";

  /// The chain that a file belongs to, be it the active one or a finished one.
  static ChainFiles of(Path file) {
    Path path = file.toAbsolutePath().normalize();
    return new ChainFiles(path.resolveSibling(activeName(name(path))));
  }

  /// The chains in a folder, in the order of their names.
  static List<ChainFiles> in(Path folder) throws IOException {
    TreeMap<String, ChainFiles> chains = new TreeMap<>();
    for (Path file : filesIn(folder)) {
      if (isEvents(file)) {
        ChainFiles chain = of(file);
        chains.put(name(chain.active), chain);
      }
    }
    return List.copyOf(chains.values());
  }

  Path folder() {
    return active.toAbsolutePath().normalize().resolveSibling("");
  }

  Path lock() {
    return active.resolveSibling(name(active) + LOCK);
  }

  Path torn(int number) {
    return active.resolveSibling(name(active) + TORN + number);
  }

  /// The name of a full file whose first event has this number.
  Path finished(long firstSeq) {
    String name = name(active);
    int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
    String number = "0".repeat(Math.max(0, DIGITS - Long.toString(firstSeq).length())) + firstSeq;
    return active.resolveSibling(name.substring(0, dot) + "-from-" + number + name.substring(dot));
  }

  /// The finished files, oldest first; where one stands there both compressed and not, as while it
  /// is being compressed, the one that is not.
  List<Path> finished() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : filesIn(folder())) {
      boolean mine =
          activeName(name(file)).equals(name(active)) && !name(file).equals(name(active));
      if (mine) {
        found.add(file);
      }
    }
    found.sort(
        Comparator.comparingLong(ChainFiles::firstSeq).thenComparing(ChainFiles::isCompressed));
    Set<Long> seen = new HashSet<>();
    found.removeIf(file -> !seen.add(firstSeq(file)));
    return found;
  }

  /// The number in the name of a finished file.
  static long firstSeq(Path finished) {
    Matcher matcher = FINISHED.matcher(name(finished));
    return matcher.matches() ? Long.parseLong(matcher.group(2)) : 0;
  }

  /// Whether a file is one of gzip, by its name.
  static boolean isCompressed(Path file) {
    return name(file).endsWith(COMPRESSED);
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String activeName(String name) {
    Matcher matcher = FINISHED.matcher(name);
    if (!matcher.matches()) {
      return name;
    }
    String ending = matcher.group(3);
    return ending == null ? matcher.group(1) : matcher.group(1) + ending;
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
        all.forEach(files::add);
      }
    }
    files.removeIf(file -> !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    return files;
  }

  /// By name where the name is the usual one, so that no change inside makes a file disappear.
  private static boolean isEvents(Path file) throws IOException {
    String name = name(file);
    if (name.endsWith(LOCK) || name.contains(TORN) || SigningKey.isKeyFile(file)) {
      return false;
    }
    return name.endsWith(USUAL_ENDING)
        || name.endsWith(USUAL_ENDING + COMPRESSED)
        || (Files.size(file) > 0 && FileTail.beginsAsEvents(file));
  }
}
