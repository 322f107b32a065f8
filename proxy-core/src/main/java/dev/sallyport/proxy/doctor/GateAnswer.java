package dev.sallyport.proxy.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The head of an HTTP/1.1 answer. Names of fields are in small letters.
record GateAnswer(int status, Map<String, String> fields) {
  /// Octets of a head that are read.
  static final int MAX_HEAD = 16 * 1024;

  /// Octets of a body that are read.
  static final int MAX_BODY = 64 * 1024;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
  private static final Pattern DETAILS = Pattern.compile("details=\"([a-z0-9-]+)\"");

  /// Reads one.
  ///
  /// @throws IOException when what comes is no head, too long, or cut short
  static GateAnswer read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException(
            head.isEmpty() ? "closed without an answer" : "the answer is cut short");
      }
      head.append((char) octet);
      if (head.length() > MAX_HEAD) {
        throw new IOException("the answer is no HTTP");
      }
    }
    String[] lines = head.toString().split("\r\n", -1);
    Matcher status = STATUS.matcher(lines[0]);
    if (!status.matches()) {
      throw new IOException("the answer is no HTTP");
    }
    Map<String, String> fields = new TreeMap<>();
    for (int line = 1; line < lines.length; line++) {
      int colon = lines[line].indexOf(':');
      if (colon > 0) {
        fields.put(
            lines[line].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[line].substring(colon + 1).strip());
      }
    }
    return new GateAnswer(Integer.parseInt(status.group(1)), fields);
  }

  /// The body behind it, as long as its Content-Length says, as far as it fits.
  String body(InputStream in) throws IOException {
    int length;
    try {
      length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
    } catch (NumberFormatException wrong) {
      throw new IOException("the answer has no length", wrong);
    }
    return new String(in.readNBytes(Math.min(length, MAX_BODY)), StandardCharsets.UTF_8);
  }

  /// The gate's reason for a refusal; empty when a gate did not write this answer.
  Optional<String> reason() {
    String from = fields.getOrDefault("proxy-status", "");
    Matcher details = DETAILS.matcher(from);
    return from.startsWith("sallyport") && details.find()
        ? Optional.of(details.group(1))
        : Optional.empty();
  }
}
