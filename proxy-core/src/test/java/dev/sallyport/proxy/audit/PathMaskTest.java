package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathMaskTest {
  private static final int ENOUGH = 257;

  @ParameterizedTest
  @CsvSource({
    "/services/T01/B02/aZ3kQ9xW1vB7nM5cR8tY2uE4, /services/T01/B02/***",
    "/bot1234567890:AAhk3nZ8x-Qw2Er5Ty7Ui9Op/send, /***/send",
    "/v1/sk-ant-api03-abcdefgh/x, /v1/***/x",
    "/hook/ghp_abcdefghij, /hook/***",
    "/a/%67hp_abcdefghij/b, /a/***/b",
    "/key=AKIAABCDEFGHIJKL, /***",
    "/x/9f86d081884c7d659a2feaa0c55ad015, /x/***",
    "/x/550e8400-e29b-41d4-a716-446655440000, /x/***",
    "/share/eyJhbGciOiJIUzI1NiJ9.e30.abc, /share/***"
  })
  void segmentsThatLookLikeSecretsAreHidden(String path, String masked) {
    assertEquals(masked, PathMask.masked(path, ENOUGH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "",
        "//",
        "/a/",
        "/v1/messages",
        "/JSONStream/-/JSONStream-1.3.5.tgz",
        "/@types%2fnode/-/node-22.10.2.tgz",
        "/org/apache/maven/maven-model-builder/3.9.9/maven-model-builder-3.9.9.pom",
        "/debian/pool/main/l/linux/linux-image-6.1.0-28-amd64_6.1.119-1_amd64.deb",
        "/models/claude-3-5-sonnet-20241022",
        "/pages/the-quick-brown-fox-jumps-over-the-lazy-dog",
        "/task-forces-and-disk-images/index.html",
        "/20261121034600123456789012345678"
      })
  void ordinaryPathsStay(String path) {
    assertEquals(path, PathMask.masked(path, ENOUGH));
  }

  @Test
  void aSecretIsJudgedWholeThoughTheResultIsShort() {
    String path = "/" + "a".repeat(250) + "/aZ3kQ9xW1vB7nM5cR8tY2uE4/" + "b".repeat(5000);
    String masked = PathMask.masked(path, ENOUGH);
    assertEquals("/" + "a".repeat(250) + "/***/" + "b".repeat(5000), masked);
    assertTrue(PathMask.masked("/x".repeat(8000), ENOUGH).length() <= ENOUGH + 1);
  }

  @Test
  void nineteenCharactersAreNoSecretAndTwentyAre() {
    assertEquals("/aZ3kQ9xW1vB7nM5cR8t", PathMask.masked("/aZ3kQ9xW1vB7nM5cR8t", ENOUGH));
    assertEquals("/***", PathMask.masked("/aZ3kQ9xW1vB7nM5cR8tY", ENOUGH));
  }
}
