package dev.sallyport.proxy.identify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyUserTest {
  @Test
  void readsClaimsBehindTheName() {
    assertEquals(Optional.of(new ProxyUser("ci-1", Map.of())), ProxyUser.parse("ci-1"));
    assertEquals(
        Optional.of(new ProxyUser("ci-1", Map.of("repo", "acme/x", "run", "77"))),
        ProxyUser.parse("ci-1+run=77+repo=acme/x"));
    assertEquals(
        Optional.of(new ProxyUser("ci-1", Map.of("q", "a=b"))), ProxyUser.parse("ci-1+q=a=b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+repo=x",
        "ci-1+",
        "ci-1++repo=x",
        "ci-1+repo=x+",
        "ci-1+repo",
        "ci-1+repo=",
        "ci-1+=x",
        "ci-1+-repo=x",
        "ci-1+re po=x",
        "ci-1+repo=x+repo=x",
        "ci-1+repo=x+repo=y",
        "ci-1 +repo=x",
        "ci-1*",
        "ci-1+repo=a\u202eb",
      })
  void refusesEverythingElse(String user) {
    assertEquals(Optional.empty(), ProxyUser.parse(user));
  }

  @Test
  void isBounded() {
    assertTrue(ProxyUser.parse(claims(ProxyUser.MAX_CLAIMS)).isPresent());
    assertEquals(Optional.empty(), ProxyUser.parse(claims(ProxyUser.MAX_CLAIMS + 1)));
    String longest = "x".repeat(Token.MAX_LABEL_VALUE);
    assertTrue(ProxyUser.parse("ci-1+a=" + longest).isPresent());
    assertEquals(Optional.empty(), ProxyUser.parse("ci-1+a=x" + longest));
  }

  private static String claims(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "+c" + i + "=x")
        .collect(Collectors.joining("", "ci-1", ""));
  }
}
