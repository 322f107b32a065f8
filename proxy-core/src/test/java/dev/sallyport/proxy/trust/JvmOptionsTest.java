package dev.sallyport.proxy.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "-Xmx1g -Da=1 | 1",
        "-Da=1 -Da=2 | 2",
        "'-Da=with blanks' -Db=3 | with blanks",
        "-Da=\"with blanks\" | with blanks",
        "\"-Da=it's\" | it's",
        "-Da='never closed | never closed",
        "-Dab=1 -Da= | ^^",
        "-Dab=1 |",
        "-Db='-Da=1' |",
      })
  void aPropertyIsReadAsJvmsReadIt(String text, String value) {
    assertEquals(Optional.ofNullable(value), JvmOptions.property(text, "a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {"/a/b", "/with blanks/b", "/it's", "/a \"b\""})
  void whatIsQuotedIsReadAsOne(String path) {
    assertEquals(
        Optional.of(path), JvmOptions.property("-Xmx1g " + JvmOptions.quoted("-Da=" + path), "a"));
  }
}
