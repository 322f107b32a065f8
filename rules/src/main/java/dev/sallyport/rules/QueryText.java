package dev.sallyport.rules;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a query as forms write it (WHATWG URL, application/x-www-form-urlencoded).
final class QueryText {
  private QueryText() {}

  /// The decoded values of a name; empty when something in the query cannot be decoded, for then it
  /// is not known what an origin reads.
  static Optional<List<String>> values(String query, String name) {
    List<String> values = new ArrayList<>(1);
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      Optional<String> key = decoded(equals < 0 ? pair : pair.substring(0, equals));
      Optional<String> value = decoded(equals < 0 ? "" : pair.substring(equals + 1));
      if (key.isEmpty() || value.isEmpty()) {
        return Optional.empty();
      }
      if (key.get().equals(name)) {
        values.add(value.get());
      }
    }
    return Optional.of(values);
  }

  private static Optional<String> decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return Optional.of(text);
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        octets.write(c == '+' ? ' ' : c);
        continue;
      }
      int octet = PathForm.octet(text, i);
      if (octet < 0) {
        return Optional.empty();
      }
      octets.write(octet);
      i += 2;
    }
    return Optional.of(octets.toString(StandardCharsets.UTF_8));
  }
}
