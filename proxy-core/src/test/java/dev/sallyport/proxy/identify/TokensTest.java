package dev.sallyport.proxy.identify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static Token token(String name, Secret secret) {
    return new Token(name, secret.sha256(), Map.of(), Optional.empty());
  }

  @Test
  void onlyTheRightSecretForTheRightNameProves() {
    Secret one = Secret.random();
    Secret two = Secret.random();
    Tokens tokens = Tokens.of(List.of(token("one", one), token("two", two)));
    assertEquals(Optional.of("one"), tokens.proven("one", one.reveal()).map(Token::name));
    assertEquals(Optional.of("two"), tokens.proven("two", two.reveal()).map(Token::name));
    assertEquals(Optional.empty(), tokens.proven("one", two.reveal()));
    assertEquals(Optional.empty(), tokens.proven("three", one.reveal()));
    assertEquals(Optional.empty(), tokens.proven("One", one.reveal()));
    assertEquals(Optional.empty(), tokens.proven("one", one.sha256()));
    assertEquals(Optional.empty(), tokens.proven("one", ""));
    assertEquals(Optional.empty(), tokens.proven("", ""));
  }

  @Test
  void noTokensProveNothing() {
    assertEquals(Optional.empty(), Tokens.of(List.of()).proven("one", "x"));
  }

  @Test
  void twoTokensOfOneNameAreAnError() {
    Token token = token("one", Secret.random());
    assertThrows(IllegalArgumentException.class, () -> Tokens.of(List.of(token, token)));
  }

  @Test
  void aSecretHas256BitsIsUrlSafeAndDoesNotPrintItself() {
    Secret secret = Secret.random();
    assertTrue(secret.reveal().matches("spt_[A-Za-z0-9_-]{43}"), secret.reveal());
    assertNotEquals(secret.reveal(), Secret.random().reveal());
    assertFalse(secret.toString().contains(secret.reveal()));
    // Known from `printf abc | sha256sum`.
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        java.util.HexFormat.of().formatHex(Secret.sha256("abc")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ci-1", "A.b_c-9", "0"})
  void theseAreNames(String name) {
    assertTrue(Token.isName(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", ".a", "a b", "a:b", "a+b", "ci-*", "é", "a\n", "a@b"})
  void theseAreNot(String name) {
    assertFalse(Token.isName(name));
  }

  @Test
  void lengthsAreBounded() {
    assertTrue(Token.isName("a".repeat(Token.MAX_NAME)));
    assertFalse(Token.isName("a".repeat(Token.MAX_NAME + 1)));
    assertTrue(Token.isLabelValue("a".repeat(Token.MAX_LABEL_VALUE)));
    assertFalse(Token.isLabelValue("a".repeat(Token.MAX_LABEL_VALUE + 1)));
    assertFalse(Token.isLabelValue(""));
    assertFalse(Token.isLabelValue("a\u0007"));
    assertFalse(Token.isLabelValue("a\u202eb"));
  }
}
