package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathFormTest {
  @ParameterizedTest
  @CsvSource({
    "/, CANONICAL",
    "/a/b, CANONICAL",
    "/a/, CANONICAL",
    "/a.b/..c/...d/, CANONICAL",
    "/.well-known/x, CANONICAL",
    "/a%20b, CANONICAL",
    "/a:b@c;d=e, CANONICAL",
    "/@a%2fb, ENCODED_SLASH",
    "/@a%2Fb, ENCODED_SLASH",
    "/a/./b, DOT_SEGMENT",
    "/a/.., DOT_SEGMENT",
    "/..;x=1/b, DOT_SEGMENT",
    "/.;/b, DOT_SEGMENT",
    "//a, EMPTY_SEGMENT",
    "/a//b, EMPTY_SEGMENT",
    "/a//, EMPTY_SEGMENT",
    "/a\\b, BACKSLASH",
    "/a%5cb, BACKSLASH",
    "/%2e%2e/b, ENCODED_DOT",
    "/a%2Eb, ENCODED_DOT",
    "/%61, ENCODED_PLAIN",
    "/%7euser, ENCODED_PLAIN",
    "/%5f%2d%39, ENCODED_PLAIN",
    "/%, BROKEN_ENCODING",
    "/%4, BROKEN_ENCODING",
    "/%zz, BROKEN_ENCODING",
    "/%4g, BROKEN_ENCODING",
    "/%00, CONTROL",
    "/%7f, CONTROL",
    "/a b, CONTROL",
    "/é, CONTROL",
    "*, NO_SLASH",
    "a/b, NO_SLASH",
    "/a%2fb/../c, DOT_SEGMENT",
  })
  void forms(String path, PathForm form) {
    assertEquals(form, PathForm.of(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, true",
    "/, /a, false",
    "/a, /a, true",
    "/a, /A, false",
    "/a, /a/, false",
    "/a/, /a/, true",
    "/a/*, /a/b, true",
    "/a/*, /a, false",
    "/a/*, /a/, false",
    "/a/*, /a/b/c, false",
    "/*/b, /a/b, true",
    "/*/b, /a/c, false",
    "/a/**, /a, true",
    "/a/**, /a/, true",
    "/a/**, /a/b/c/d, true",
    "/a/**, /ab, false",
    "/a/*/c/**, /a/b/c, true",
    "/a/*/c/**, /a/b/d, false",
    "/**, /, true",
    "/**, /a/b, true",
    "/a%2fb, /a%2Fb, true",
    "/a%2fb, /a%2Fc, false",
    "/a%20b, /a%20b, true",
  })
  void patterns(String pattern, String path, boolean matches) throws MalformedPathException {
    assertEquals(matches, PathPattern.parse(pattern).matches(path));
    assertEquals(pattern, PathPattern.parse(pattern).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | it does not begin with `/`",
        "/**/a | `**` stands for the last segments only",
        "/a* | `*` stands for a whole segment",
        "/a** | `*` stands for a whole segment",
        "/a?b=c | a path ends before `?` and `#`",
        "/a#b | a path ends before `?` and `#`",
        "/a/../b | the path holds a dot segment, which is never sent as it stands",
        "/a//b | the path holds `//`, which is never sent as it stands",
      })
  void whatIsNoPattern(String text, String message) {
    assertEquals(
        message,
        assertThrows(MalformedPathException.class, () -> PathPattern.parse(text)).getMessage());
  }

  @Test
  void everyFormButTheCanonicalSaysWhatIsWrong() {
    for (PathForm form : PathForm.values()) {
      assertEquals(form == PathForm.CANONICAL, form.sentence().isEmpty());
    }
  }
}
