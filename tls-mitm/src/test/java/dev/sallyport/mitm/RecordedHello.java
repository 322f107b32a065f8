package dev.sallyport.mitm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// What real clients sent first, from `recorded-hellos.txt`.
///
/// @param serverName empty where none was sent
/// @param base64 the first record
record RecordedHello(
    String client,
    String serverName,
    List<String> protocols,
    List<Integer> versions,
    String base64) {

  static List<RecordedHello> all() {
    try (InputStream in = RecordedHello.class.getResourceAsStream("recorded-hellos.txt")) {
      String text = new String(requireNonNull(in).readAllBytes(), US_ASCII);
      return text.lines().filter(l -> !l.startsWith("#")).map(RecordedHello::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] octets() {
    return Base64.getDecoder().decode(base64);
  }

  private static RecordedHello of(String line) {
    List<String> columns = Arrays.asList(line.split(" ", -1));
    return new RecordedHello(
        columns.get(0),
        columns.get(1).replace("-", ""),
        list(columns.get(2)),
        list(columns.get(3)).stream().map(HexFormat::fromHexDigits).toList(),
        columns.get(4));
  }

  private static List<String> list(String column) {
    return column.equals("-") ? List.of() : List.of(column.split(",", -1));
  }

  @Override
  public String toString() {
    return client;
  }
}
