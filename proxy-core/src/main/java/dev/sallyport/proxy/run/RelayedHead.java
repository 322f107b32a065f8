package dev.sallyport.proxy.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The first head of a connection to a central gate, as octets: the gate reads it strictly, so that
/// here only our credentials are put into it. Anything behind it passes untouched, so that a
/// connection is good for one request: the gate is told to close it.
///
/// @param lines without their ends; empty when nothing came
record RelayedHead(List<String> lines) {
  /// Octets at most; a gate takes fewer.
  static final int MAX = 64 * 1024;

  private static final String END = "\r\n";
  private static final int STATUS = 9;

  RelayedHead {
    lines = List.copyOf(lines);
  }

  /// Reads as far as the empty line.
  ///
  /// @throws IOException when it is cut short or too long
  static RelayedHead read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < MAX) {
      int octet = in.read();
      if (octet < 0) {
        if (text.isEmpty()) {
          return new RelayedHead(List.of());
        }
        throw new IOException("the head is cut short");
      }
      text.append((char) octet);
      if (octet == '\n' && text.toString().endsWith("\r\n\r\n")) {
        String whole = text.substring(0, text.length() - 4);
        return new RelayedHead(List.of(whole.split(END, -1)));
      }
    }
    throw new IOException("the head is too long");
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /// Host and port that are asked for, or what stands in their place; for the summary alone.
  String authority() {
    String[] words = lines.getFirst().split(" ", -1);
    String target = words.length > 1 ? words[1] : "";
    int scheme = target.indexOf("://");
    String rest = scheme < 0 ? target : target.substring(scheme + 3);
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    return rest.substring(0, end);
  }

  /// The octets that go up.
  ///
  /// @param authorization ours; in place of the client's own
  byte[] with(Optional<String> authorization) {
    boolean tunnel = lines.getFirst().startsWith("CONNECT ");
    boolean upgrade = lines.stream().anyMatch(line -> is(line, "upgrade"));
    List<String> out = new ArrayList<>();
    for (String line : lines) {
      boolean replaced = authorization.isPresent() && is(line, "proxy-authorization");
      boolean closing =
          !tunnel && !upgrade && (is(line, "connection") || is(line, "proxy-connection"));
      if (!replaced && !closing) {
        out.add(line);
      }
    }
    authorization.ifPresent(value -> out.add("Proxy-Authorization: " + value));
    if (!tunnel && !upgrade) {
      out.add("Connection: close");
    }
    return (String.join(END, out) + END + END).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean is(String line, String name) {
    return line.toLowerCase(Locale.ROOT).startsWith(name + ":");
  }

  /// The status in the first octets of an answer; 0 when there is none.
  static int status(byte[] octets, int length) {
    if (length < STATUS + 3 || octets[0] != 'H') {
      return 0;
    }
    int status = 0;
    for (int i = STATUS; i < STATUS + 3; i++) {
      status = status * 10 + Character.digit(octets[i], 10);
    }
    return Math.max(0, status);
  }
}
