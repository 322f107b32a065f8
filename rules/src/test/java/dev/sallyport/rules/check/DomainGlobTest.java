package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Claude Code's patterns mean, against a model made of regular expressions.
class DomainGlobTest {
  private static final List<String> LABELS = List.of("a", "ab", "b");
  private static final List<String> PATTERNS =
      List.of(
          "*", "a", "*.a", "a.b", "*.a.b", "a.*", "*.a.*", "a*.b", "*.a*.b", "*b.a", "ab.a.b",
          "A.B.", "*.B", "a.*.b", "*", "x.y");

  /// Every name of one to three labels.
  private static List<String> names() {
    List<String> names = new ArrayList<>(LABELS);
    for (int length = 2; length <= 4; length++) {
      List<String> longer = new ArrayList<>();
      for (String name : names) {
        LABELS.forEach(label -> longer.add(label + "." + name));
      }
      names.addAll(longer);
    }
    return names.stream().distinct().toList();
  }

  /// The independent model: any depth for a leading `*.`, else a star stays within its label.
  private static boolean means(String pattern, String name) {
    String plain = pattern.toLowerCase(java.util.Locale.ROOT).replaceFirst("\\.$", "");
    if (plain.equals("*")) {
      return true;
    }
    boolean below = plain.startsWith("*.");
    String rest = below ? plain.substring(2) : plain;
    String regex = Pattern.quote(rest).replace("*", "\\E[^.]*\\Q");
    return name.matches((below ? "([^.]+\\.)+" : "") + regex);
  }

  @Test
  void matchesWhatTheModelMatches() throws MalformedHostException {
    for (String pattern : PATTERNS) {
      for (String name : names()) {
        assertEquals(
            means(pattern, name),
            DomainGlob.parse(pattern).matches(Host.parse(name)),
            pattern + " " + name);
      }
    }
  }

  /// Covering and overlapping are told without a list of names; here there is one.
  @Test
  void coversAndOverlapsAsTheNamesSay() throws MalformedHostException {
    List<String> others = List.of("a", "a.b", "*.a", "*.a.b", "*.b", "ab.a.b", "*.ab");
    for (String pattern : PATTERNS) {
      DomainGlob glob = DomainGlob.parse(pattern);
      for (String other : others) {
        List<String> meant = names().stream().filter(name -> means(other, name)).toList();
        boolean any = meant.stream().anyMatch(name -> means(pattern, name));
        boolean all = meant.stream().allMatch(name -> means(pattern, name));
        DomainPattern parsed = DomainPattern.parse(other);
        assertTrue(!any || glob.overlaps(parsed), pattern + " overlaps " + other);
        assertTrue(all || !glob.covers(parsed), pattern + " covers " + other);
        if (!pattern.substring(1).contains("*")) {
          assertEquals(any, glob.overlaps(parsed), pattern + " overlaps " + other);
          assertEquals(all, glob.covers(parsed), pattern + " covers " + other);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "example.com:8443, example.com, true",
    "' example.com ', example.com, true",
    "'', example.com, false",
    "[::1], example.com, false",
    "a..b, a.b, false",
    "'a(b.example', ab.example, false"
  })
  void oddPatternsTouchNothingElse(String pattern, String host, boolean matches)
      throws MalformedHostException {
    assertEquals(matches, DomainGlob.parse(pattern).matches(Host.parse(host)));
  }
}
