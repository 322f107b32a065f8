package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads `dstdomain` lists of Squid: a configuration with `acl` and `http_access` lines, or a bare
/// list with one domain a line. `.example.org` is that name and every name below it. Lists in files
/// of their own are read when they lie beside the configuration. For one thread.
final class SquidImport {
  /// The class that the entries get.
  static final String CLASS = "web";

  /// Conditions that nearly every configuration puts beside a list, and that a gate holds anyway.
  private static final Set<String> USUAL =
      Set.of("all", "localnet", "localhost", "CONNECT", "SSL_ports", "Safe_ports");

  private final PolicyImport into;
  private final Path file;
  private final Map<String, List<Domain>> lists = new LinkedHashMap<>();

  private record Domain(String text, Place place) {}

  /// One line in words, without its comment; what a backslash continued is joined.
  private record Line(List<String> words, Place place) {}

  /// @param file the file, as the person named it
  SquidImport(PolicyImport into, Path file) {
    this.into = into;
    this.file = file;
  }

  /// Reads a whole file.
  ///
  /// @throws IOException when it is neither a configuration nor a list
  void read(String text) throws IOException {
    List<Line> bare = new ArrayList<>();
    for (Line line : lines(file, text)) {
      switch (line.words.getFirst()) {
        case "acl" -> acl(line);
        case "http_access" -> access(line);
        case "include" ->
            into.remark(line.place, Problem.quote(shown(line)) + " is not followed; import it too");
        default -> bare.add(line);
      }
    }
    if (!lists.isEmpty()) {
      return;
    }
    if (bare.stream().noneMatch(line -> line.words.size() == 1)) {
      throw new IOException(
          Problem.quote(file.toString()) + " holds no `acl ... dstdomain` and no list of domains");
    }
    for (Line line : bare) {
      if (line.words.size() == 1) {
        allow(new Domain(line.words.getFirst(), line.place));
      } else {
        into.remark(line.place, Problem.quote(shown(line)) + " is no domain");
      }
    }
  }

  private static String shown(Line line) {
    return String.join(" ", line.words);
  }

  private static List<Line> lines(Path file, String text) {
    List<Line> lines = new ArrayList<>();
    StringBuilder begun = new StringBuilder();
    int start = 0;
    List<String> all = text.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      String line = all.get(i).replaceFirst("(^|\\s)#.*", "").strip();
      start = begun.isEmpty() ? i + 1 : start;
      if (line.endsWith("\\") && i + 1 < all.size()) {
        begun.append(line, 0, line.length() - 1).append(' ');
        continue;
      }
      String whole = begun.append(line).toString().strip();
      begun.setLength(0);
      if (!whole.isEmpty()) {
        lines.add(new Line(List.of(whole.split("\\s+")), new Place(file.toString(), start, 1)));
      }
    }
    return lines;
  }

  private void acl(Line line) {
    List<String> words = line.words;
    if (words.size() < 3 || !words.get(2).startsWith("dstdom")) {
      return;
    }
    if (!words.get(2).equals("dstdomain")) {
      into.remark(line.place, Problem.quote(words.get(2)) + " is not carried over: name the hosts");
      return;
    }
    List<Domain> list = lists.computeIfAbsent(words.get(1), key -> new ArrayList<>());
    for (String word : words.subList(3, words.size())) {
      if (word.startsWith("\"") || word.startsWith("/")) {
        listed(word.replace("\"", ""), line.place, list);
      } else if (!word.startsWith("-")) {
        list.add(new Domain(word, line.place));
      }
    }
  }

  /// A list in a file of its own. A configuration may name any file of this machine, so only what
  /// lies beside it is read.
  private void listed(String name, Place place, List<Domain> list) {
    Path path = file.resolveSibling(name).toAbsolutePath().normalize();
    boolean beside =
        path.getParent() != null
            && path.getParent().equals(file.toAbsolutePath().normalize().getParent());
    if (!beside || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      into.remark(place, "the list in " + Problem.quote(name) + " is not read; import it too");
      return;
    }
    try {
      for (Line line : lines(path, PolicyImport.text(path))) {
        line.words.forEach(word -> list.add(new Domain(word, line.place)));
      }
    } catch (IOException unreadable) {
      into.remark(place, "the list in " + Problem.quote(name) + " cannot be read");
    }
  }

  private void access(Line line) {
    List<String> words = line.words;
    if (words.size() < 2) {
      return;
    }
    boolean denies = words.get(1).equals("deny");
    List<String> conditions = words.subList(2, words.size());
    List<String> named = conditions.stream().filter(lists::containsKey).toList();
    List<String> not =
        conditions.stream()
            .filter(word -> word.startsWith("!") && lists.containsKey(word.substring(1)))
            .toList();
    if (named.isEmpty() && !not.isEmpty() && denies) {
      into.remark(
          line.place,
          Problem.quote(not.getFirst()) + " is not carried over: lists say what is meant");
      return;
    }
    if (named.isEmpty() && not.isEmpty()) {
      return;
    }
    others(line, conditions, named, not);
    if (denies) {
      into.remark(line.place, "deny rules win here, wherever they stand");
      named.forEach(list -> domains(list).forEach(this::deny));
      return;
    }
    for (String list : not) {
      into.remark(
          line.place, Problem.quote(list) + " becomes a deny rule, which wins wherever it stands");
      domains(list.substring(1)).forEach(this::deny);
    }
    if (named.size() > 1) {
      into.remark(
          line.place, "a host must be in every one of these lists, so that none is carried over");
    } else {
      named.forEach(list -> domains(list).forEach(this::allow));
    }
  }

  private List<Domain> domains(String list) {
    return lists.getOrDefault(list, List.of());
  }

  /// The conditions beside a list hold no more; that must not go unsaid.
  private void others(Line line, List<String> conditions, List<String> named, List<String> not) {
    for (String condition : conditions) {
      if (!named.contains(condition) && !not.contains(condition) && !USUAL.contains(condition)) {
        into.remark(
            line.place, "the condition " + Problem.quote(condition) + " is not carried over");
      }
    }
  }

  private void allow(Domain domain) {
    if (domain.text.startsWith(".")) {
      into.allow(domain.text.substring(1), CLASS, "any", domain.place);
      into.allow("*" + domain.text, CLASS, "any", domain.place);
    } else {
      into.allow(domain.text, CLASS, "any", domain.place);
    }
  }

  private void deny(Domain domain) {
    if (domain.text.startsWith(".")) {
      into.deny(domain.text.substring(1), CLASS, domain.place);
      into.deny("*" + domain.text, CLASS, domain.place);
    } else {
      into.deny(domain.text, CLASS, domain.place);
    }
  }
}
