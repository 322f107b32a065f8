package dev.sallyport.proxy.names;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DnsQueryTest {
  private static final String LABEL_63 = "a".repeat(63);
  private static final String NAME_255 =
      String.join(".", LABEL_63, LABEL_63, LABEL_63, "a".repeat(61));

  @Test
  void readsAQuestion() {
    DnsQuery.Question read =
        assertInstanceOf(
            DnsQuery.Question.class, DnsQuery.read(Queries.of("www.example.org", Queries.AAAA)));
    assertEquals(0xBEEF, read.id());
    assertEquals(Queries.AAAA, read.type());
    assertEquals(true, read.recursion());
    assertEquals(false, read.extended());
    assertArrayEquals(Queries.question("www.example.org", Queries.AAAA, 1), read.question());
  }

  @Test
  void readsExtendedOnesOfAnyVersion() {
    DnsQuery.Question read =
        assertInstanceOf(
            DnsQuery.Question.class,
            DnsQuery.read(Queries.extended("example.org", Queries.A, 3, 24)));
    assertEquals(true, read.extended());
    assertEquals(3, read.version());
  }

  static List<byte[]> limits() {
    byte[] short255 = Queries.of(NAME_255, Queries.A);
    int options = DnsQuery.MOST - Queries.extended("a", Queries.A, 0, 0).length;
    return List.of(
        Queries.of("", Queries.A),
        Queries.of(LABEL_63, Queries.A),
        short255,
        Queries.extended("a", Queries.A, 0, options));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void takesWhatIsJustAllowed(byte[] message) {
    assertInstanceOf(DnsQuery.Question.class, DnsQuery.read(message));
  }

  static Stream<byte[]> wrong() {
    byte[] good = Queries.of("www.example.org", Queries.A);
    byte[] question = Queries.question("a", Queries.A, 1);
    int options = DnsQuery.MOST - Queries.extended("a", Queries.A, 0, 0).length;
    return Stream.of(
        Arrays.copyOf(good, good.length - 1), // cut short
        Arrays.copyOf(good, good.length + 1), // something behind it
        Arrays.copyOf(good, 12),
        Arrays.copyOf(good, 20),
        Queries.of("b" + NAME_255, Queries.A),
        Queries.of("a" + LABEL_63, Queries.A),
        Queries.bytes(Queries.header(0x0100, 0), new byte[] {(byte) 0xC0, 0x0C, 0, 1, 0, 1}),
        Queries.bytes(Queries.header(0x0300, 0), question), // truncated
        Queries.bytes(Queries.header(0x0100, 1), question), // the record is missing
        Queries.bytes(Queries.header(0x0100, 2), question),
        Queries.bytes(Queries.header(0x0100, 1), question, new byte[11]), // not that of EDNS
        with(good, 5, 2), // two questions
        with(good, 5, 0),
        with(good, 7, 1), // an answer
        with(good, 9, 1),
        Queries.extended("a", Queries.A, 0, options + 1));
  }

  private static byte[] with(byte[] message, int at, int value) {
    byte[] changed = message.clone();
    changed[at] = (byte) value;
    return changed;
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void saysWhatIsMalformed(byte[] message) {
    assertEquals(new DnsQuery.Wrong(0xBEEF, 0, DnsQuery.FORMAT_ERROR), DnsQuery.read(message));
  }

  @Test
  void takesQueriesOfTheInternetAlone() {
    byte[] update = Queries.bytes(Queries.header(5 << 11, 0), Queries.question("a", Queries.A, 1));
    assertEquals(new DnsQuery.Wrong(0xBEEF, 5, DnsQuery.NOT_IMPLEMENTED), DnsQuery.read(update));
    byte[] chaos = Queries.bytes(Queries.header(0, 0), Queries.question("version.bind", 16, 3));
    assertEquals(new DnsQuery.Wrong(0xBEEF, 0, DnsQuery.REFUSED), DnsQuery.read(chaos));
  }

  @Test
  void saysNothingToAnswersAndScraps() {
    byte[] answer = with(Queries.of("a", Queries.A), 2, 0x80);
    assertEquals(new DnsQuery.Nothing(), DnsQuery.read(answer));
    assertEquals(new DnsQuery.Nothing(), DnsQuery.read(new byte[11]));
    assertEquals(new DnsQuery.Nothing(), DnsQuery.read(new byte[0]));
  }
}
