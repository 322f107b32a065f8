package dev.sallyport.proxy.workbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.load.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random settings of Claude Code, imported, and judged beside a model of what Claude Code does
/// with them: deny before ask before allow, a leading `*.` any depth and not the apex, a star
/// elsewhere within its label, case and one trailing dot ignored.
class ImportModelTest {
  private static final long SEED = 20_261_128;
  private static final int ROUNDS = 150;

  private static final List<String> PATTERNS =
      List.of(
          "example.com",
          "EXAMPLE.com.",
          "*.example.com",
          "*.a.example.com",
          "a.example.com",
          "b.a.example.com",
          "*.example.org",
          "example.org",
          "ab.example.org");

  /// What the policy language has no word for.
  private static final List<String> STARS =
      List.of("*", "example.*", "a*.example.org", "*.a*.example.com", "*b.example.org");

  private static final List<String> HOSTS =
      List.of(
          "example.com",
          "a.example.com",
          "b.a.example.com",
          "c.b.a.example.com",
          "ab.example.com",
          "example.org",
          "a.example.org",
          "ab.example.org",
          "x.ab.example.org",
          "example.net",
          "notexample.com",
          "x.ab.example.com");

  @TempDir private Path folder = Path.of("");

  private static boolean means(String pattern, String host) {
    String plain = pattern.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    boolean below = plain.startsWith("*.");
    String rest = Pattern.quote(below ? plain.substring(2) : plain);
    String regex = (below ? "([^.]+\\.)+" : "") + rest.replace("*", "\\E[^.]*\\Q");
    return plain.equals("*") || host.matches(regex);
  }

  private static boolean allows(List<List<String>> lists, String host) {
    for (List<String> refusing : lists.subList(1, lists.size())) {
      if (refusing.stream().anyMatch(pattern -> means(pattern, host))) {
        return false;
      }
    }
    return lists.getFirst().stream().anyMatch(pattern -> means(pattern, host));
  }

  @Test
  void whatIsAllowedIsWhatClaudeCodeAllowsAndNothingMore() throws Exception {
    Random random = new Random(SEED);
    int same = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<List<String>> lists = new ArrayList<>();
      boolean stars = round % 2 == 1;
      for (int size : List.of(4, 2, 2)) {
        lists.add(pick(random, size, stars));
      }
      Policy policy = imported(lists);
      for (String host : HOSTS) {
        boolean there = allows(lists, host);
        boolean here = isAllowed(policy, host);
        assertTrue(there || !here, () -> "wider for " + host + ": " + lists);
        if (!stars) {
          assertEquals(there, here, () -> host + ": " + lists);
          same++;
        }
      }
    }
    assertTrue(same > ROUNDS, "nothing was compared");
  }

  private static List<String> pick(Random random, int atMost, boolean stars) {
    List<String> from = new ArrayList<>(PATTERNS);
    if (stars) {
      from.addAll(STARS);
    }
    List<String> picked = new ArrayList<>();
    for (int i = random.nextInt(atMost + 1); i > 0; i--) {
      picked.add(from.get(random.nextInt(from.size())));
    }
    return picked;
  }

  private Policy imported(List<List<String>> lists) throws Exception {
    String settings =
        "{\"permissions\": {\"allow\": %s, \"deny\": %s, \"ask\": %s}}"
            .formatted(rules(lists.get(0)), rules(lists.get(1)), rules(lists.get(2)));
    PolicyImport all = new PolicyImport("imported");
    all.read(Files.writeString(folder.resolve("settings.json"), settings));
    return PolicyLoader.load("imported.yaml", all.draft().text());
  }

  private static List<String> rules(List<String> patterns) {
    return patterns.stream().map(pattern -> "\"WebFetch(domain:" + pattern + ")\"").toList();
  }

  private static boolean isAllowed(Policy policy, String host) throws Exception {
    Destination to = new Destination(Scheme.HTTPS, Host.parse(host), 443);
    return policy.decide("developer", IdentityMethod.NONE, to, Instant.EPOCH).outcome()
        == Outcome.ALLOW;
  }
}
