package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads `dstdomain` lists of Squid: a configuration with `acl` and `http_access` lines, or a bare
/// list with one domain a line. `.example.org` is that name and every name below it. For one
/// thread.
final class SquidImport {
  /// The class that the entries get.
  static final String CLASS = "web";

  /// Conditions that nearly every configuration puts beside a list, and that a gate holds anyway.
  private static final Set<String> USUAL =
      Set.of("all", "localnet", "localhost", "CONNECT", "SSL_ports", "Safe_ports");

  private final PolicyImport into;
  private final Map<String, List<Domain>> lists = new LinkedHashMap<>();

  private record Domain(String text, Place place) {}

  SquidImport(PolicyImport into) {
    this.into = into;
  }

  /// Reads a whole file.
  ///
  /// @throws IOException when it is neither a configuration nor a list
  void read(String file, String text) throws IOException {
    List<String> lines = text.lines().toList();
    List<Domain> bare = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Place place = new Place(file, i + 1, 1);
      String line = lines.get(i).replaceFirst("(^|\\s)#.*", "").strip();
      String[] words = line.split("\\s+");
      if (line.isEmpty()) {
        continue;
      }
      switch (words[0]) {
        case "acl" -> acl(words, place);
        case "http_access" -> access(words, place);
        default -> {
          if (words.length == 1) {
            bare.add(new Domain(words[0], place));
          }
        }
      }
    }
    if (lists.isEmpty()) {
      if (bare.isEmpty()) {
        throw new IOException(
            Problem.quote(file) + " holds no `acl ... dstdomain` and no list of domains");
      }
      bare.forEach(this::allow);
    }
  }

  private void acl(String[] words, Place place) {
    if (words.length < 3 || !words[2].startsWith("dstdom")) {
      return;
    }
    if (!words[2].equals("dstdomain")) {
      into.remark(place, Problem.quote(words[2]) + " is not carried over: name the hosts");
      return;
    }
    List<Domain> list = lists.computeIfAbsent(words[1], key -> new ArrayList<>());
    for (int i = 3; i < words.length; i++) {
      if (words[i].startsWith("\"") || words[i].startsWith("/")) {
        into.remark(
            place, "the list in " + Problem.quote(words[i]) + " is not read; import it too");
      } else if (!words[i].startsWith("-")) {
        list.add(new Domain(words[i], place));
      }
    }
  }

  private void access(String[] words, Place place) {
    for (int i = 2; i < words.length; i++) {
      List<Domain> list = lists.get(words[i].startsWith("!") ? words[i].substring(1) : words[i]);
      if (list == null) {
        continue;
      }
      if (words[i].startsWith("!")) {
        into.remark(
            place, Problem.quote(words[i]) + " is not carried over: lists say what is meant");
        continue;
      }
      others(words, i, place);
      if (words[1].equals("deny")) {
        into.remark(place, "deny rules win here, wherever they stand");
        list.forEach(this::deny);
      } else {
        list.forEach(this::allow);
      }
    }
  }

  /// The conditions beside a list hold no more; that must not go unsaid.
  private void others(String[] words, int list, Place place) {
    for (int i = 2; i < words.length; i++) {
      if (i != list && !USUAL.contains(words[i])) {
        into.remark(place, "the condition " + Problem.quote(words[i]) + " is not carried over");
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
      into.deny(domain.text.substring(1), domain.place);
      into.deny("*" + domain.text, domain.place);
    } else {
      into.deny(domain.text, domain.place);
    }
  }
}
