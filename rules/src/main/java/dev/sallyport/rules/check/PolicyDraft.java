package dev.sallyport.rules.check;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/// A policy file in the making, for a person to look through: rules with the reason for each as a
/// comment. For one thread.
public final class PolicyDraft {
  /// Columns behind which a comment goes on in the next line.
  private static final int COLUMNS = 100;

  /// What YAML cannot take for anything but text.
  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_-]*(\\.[a-z0-9_-]+)+");

  private final String name;
  private final List<String> heading = new ArrayList<>();
  private final SequencedMap<String, SequencedMap<String, List<String>>> classes =
      new LinkedHashMap<>();
  private final SequencedMap<String, List<String>> deny = new LinkedHashMap<>();
  private final SequencedMap<String, SequencedSet<String>> profiles = new LinkedHashMap<>();
  private final SequencedMap<String, List<String>> assign = new LinkedHashMap<>();
  private final SequencedSet<String> tests = new LinkedHashSet<>();

  /// Begins a policy with this name.
  public PolicyDraft(String name) {
    this.name = name;
  }

  /// Adds a sentence to the comment at the top of the file.
  public void say(String sentence) {
    heading.add(sentence);
  }

  /// Adds an entry to a class, once.
  ///
  /// @param entry as it stands in a file, such as `example.org` or `{domain: example.org}`
  /// @param why sentences for the comment above it
  public void allow(String trafficClass, String entry, List<String> why) {
    entries(trafficClass).merge(entry, List.copyOf(why), PolicyDraft::joined);
  }

  /// Adds a class that may stay empty.
  public void trafficClass(String trafficClass) {
    entries(trafficClass);
  }

  /// Adds a deny rule, once.
  public void deny(String rule, List<String> why) {
    deny.merge(rule, List.copyOf(why), PolicyDraft::joined);
  }

  /// Gives a profile a class.
  public void profile(String profile, String trafficClass) {
    profiles.computeIfAbsent(profile, key -> new LinkedHashSet<>()).add(trafficClass);
  }

  /// Adds a line of `assign`, once.
  public void assign(String line, List<String> why) {
    assign.putIfAbsent(line, List.copyOf(why));
  }

  /// Adds a line of `tests`, once.
  public void test(String line) {
    tests.add(line);
  }

  /// Adds a test that a CONNECT, or for http a GET, to this port is allowed.
  public void allowed(Host host, Scheme scheme, int port, String profile) {
    test("{allow: \"" + request(host, scheme, port) + "\", profile: " + profile + "}");
  }

  /// Adds a test that it is refused.
  public void denied(Host host, Scheme scheme, int port, String profile) {
    test("{deny: \"" + request(host, scheme, port) + "\", profile: " + profile + "}");
  }

  /// The classes so far.
  public List<String> classes() {
    return List.copyOf(classes.sequencedKeySet());
  }

  /// A host as YAML has to write it.
  public static String quoted(String host) {
    return PLAIN.matcher(host).matches() ? host : "\"" + host + "\"";
  }

  /// The file.
  public String text() {
    StringBuilder out = new StringBuilder();
    heading.forEach(sentence -> comment(out, "", sentence));
    out.append("sallyport: 1\nname: ").append(name).append('\n');
    if (!classes.isEmpty()) {
      out.append("\nclasses:\n");
      classes.forEach((trafficClass, entries) -> trafficClass(out, trafficClass, entries));
    }
    list(out, "deny", deny);
    if (!profiles.isEmpty()) {
      out.append("\nprofiles:\n");
      profiles.forEach(
          (profile, has) ->
              out.append("  ")
                  .append(profile)
                  .append(": {classes: [")
                  .append(String.join(", ", has))
                  .append("]}\n"));
    }
    list(out, "assign", assign);
    if (!tests.isEmpty()) {
      out.append("\ntests:\n");
      tests.forEach(test -> out.append("  - ").append(test).append('\n'));
    }
    return out.toString();
  }

  private static void trafficClass(
      StringBuilder out, String trafficClass, SequencedMap<String, List<String>> entries) {
    out.append("  ").append(trafficClass).append(":\n");
    if (entries.isEmpty()) {
      out.append("    allow: []\n");
      return;
    }
    out.append("    allow:\n");
    entries.forEach(
        (entry, why) -> {
          why.forEach(sentence -> comment(out, "      ", sentence));
          out.append("      - ").append(entry).append('\n');
        });
  }

  private static void list(
      StringBuilder out, String key, SequencedMap<String, List<String>> items) {
    if (items.isEmpty()) {
      return;
    }
    out.append('\n').append(key).append(":\n");
    items.forEach(
        (item, why) -> {
          why.forEach(sentence -> comment(out, "  ", sentence));
          out.append("  - ").append(item).append('\n');
        });
  }

  /// A comment; whatever would end a line or hide from a reader is shown as a question mark.
  private static void comment(StringBuilder out, String indent, String sentence) {
    StringBuilder line = new StringBuilder(indent).append('#');
    for (String word : sentence.split(" ", -1)) {
      if (line.length() + 1 + word.length() > COLUMNS && line.length() > indent.length() + 1) {
        out.append(line).append('\n');
        line = new StringBuilder(indent).append('#');
      }
      line.append(' ');
      word.codePoints()
          .map(c -> c < 0x20 || (c >= 0x7f && c < 0xa0) || !isShown(c) ? '?' : c)
          .forEach(line::appendCodePoint);
    }
    out.append(line).append('\n');
  }

  private static boolean isShown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.SPACE_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static String request(Host host, Scheme scheme, int port) {
    String authority = host.authorityText() + ":" + port;
    return scheme == Scheme.HTTPS ? "CONNECT " + authority : "GET http://" + authority + "/";
  }

  private SequencedMap<String, List<String>> entries(String trafficClass) {
    return classes.computeIfAbsent(trafficClass, key -> new LinkedHashMap<>());
  }

  private static List<String> joined(List<String> first, List<String> more) {
    SequencedSet<String> all = new LinkedHashSet<>(first);
    all.addAll(more);
    return List.copyOf(all);
  }
}
