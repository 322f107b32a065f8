package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.TestPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicSuffixesTest {
  private static final PublicSuffixes BUILT_IN = PublicSuffixes.with(List.of());

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "com, true",
    "any-single-label, true",
    "co.uk, true",
    "example.co.uk, false",
    "github.io, true",
    "acme.github.io, false",
    "github.com, false",
    // `*.ck` and `!www.ck`
    "co.ck, true",
    "www.ck, false",
    "a.co.ck, false",
  })
  void theProgramsOwnSelection(String name, boolean suffix) {
    assertEquals(suffix, BUILT_IN.contain(TestPolicy.name(name)));
  }

  @Test
  void aListOfThisMachineIsReadBesideIt() throws IOException {
    Path list =
        Files.writeString(
            folder.resolve("list.dat"),
            "// comment\n\nacme.example  behind white space\n*.wild.example\n!not.wild.example\n"
                + "m\u00fcnchen.example\nCAPITAL.example\n"
                + "\u0001".repeat(70)
                + ".example\n");
    PublicSuffixes both = PublicSuffixes.with(List.of(folder.resolve("none"), list));
    for (String name :
        List.of(
            "acme.example",
            "x.wild.example",
            "xn--mnchen-3ya.example",
            "capital.example",
            "github.io")) {
      assertEquals(true, both.contain(TestPolicy.name(name)), name);
    }
    for (String name : List.of("not.wild.example", "wild.example", "behind.example")) {
      assertEquals(false, both.contain(TestPolicy.name(name)), name);
    }
  }

  @Test
  void theFirstListThatCanBeReadCounts() throws IOException {
    Path first = Files.writeString(folder.resolve("first.dat"), "one.example\n");
    Path second = Files.writeString(folder.resolve("second.dat"), "two.example\n");
    PublicSuffixes suffixes = PublicSuffixes.with(List.of(folder, first, second));
    assertEquals(true, suffixes.contain(TestPolicy.name("one.example")));
    assertEquals(false, suffixes.contain(TestPolicy.name("two.example")));
  }

  @Test
  void aListThatIsTooLongIsPassedOver() throws IOException {
    String line = "one.example\n";
    String comment = "/".repeat((int) PublicSuffixes.MAX_SIZE - line.length() - 1) + "\n";
    Path list = folder.resolve("list.dat");
    Files.write(list, (comment + line).getBytes(StandardCharsets.UTF_8));
    assertEquals(PublicSuffixes.MAX_SIZE, Files.size(list));
    assertEquals(true, PublicSuffixes.with(List.of(list)).contain(TestPolicy.name("one.example")));
    Files.write(list, ("/" + comment + line).getBytes(StandardCharsets.UTF_8));
    assertEquals(false, PublicSuffixes.with(List.of(list)).contain(TestPolicy.name("one.example")));
  }
}
