package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrappedTest {
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "one two, one two",
    "one two x, one two|x",
    "one two three, one two|three",
    "longer-than-that, longer-than-that",
    "longer-than-that is, longer-than-that|is",
    "a longer-than-that, a|longer-than-that"
  })
  void breaksAtBlanks(String text, String expected) {
    assertEquals(List.of(expected.split("\\|", -1)), Wrapped.lines(text, 7));
  }
}
