package dev.sallyport.proxy.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an origin, or the gate in its place, answers. Read as far as the demo's own peers go: it
/// trusts them.
///
/// @param headers names in small letters
record Reply(int status, Map<String, String> headers, String body) {
  private static final int LINE_LIMIT = 8 * 1024;
  private static final int BODY_LIMIT = 1024 * 1024;
  private static final int HEX = 16;

  private static final Pattern TEXT = Pattern.compile("(?m)^reason +[a-z-]+: (.*)$");
  private static final Pattern JSON = Pattern.compile("\"Sallyport refused this: ([^\"]*?)\\. ");

  /// Reads one.
  ///
  /// @param part takes each chunk of the body as it comes
  static Reply read(InputStream in, Consumer<String> part) throws IOException {
    Reply head = head(in);
    return new Reply(head.status, head.headers, body(head.headers, in, part));
  }

  /// Reads the head alone, as behind a CONNECT.
  static Reply head(InputStream in) throws IOException {
    String[] first = line(in).split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    try {
      return new Reply(Integer.parseInt(first.length > 1 ? first[1] : ""), headers, "");
    } catch (NumberFormatException garbage) {
      throw new IOException("an answer over HTTP was expected", garbage);
    }
  }

  /// Why the gate refuses: the sentence in its text, or in its JSON where it could not read what
  /// form is wanted.
  String why() {
    Matcher text = TEXT.matcher(body);
    Matcher json = JSON.matcher(body);
    return text.find() ? text.group(1) : json.find() ? json.group(1) : "";
  }

  private static String body(Map<String, String> headers, InputStream in, Consumer<String> part)
      throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      return chunks(in, part);
    }
    String length = headers.get("content-length");
    int octets = length == null ? BODY_LIMIT : Integer.parseInt(length);
    return new String(in.readNBytes(Math.min(octets, BODY_LIMIT)), UTF_8);
  }

  private static String chunks(InputStream in, Consumer<String> part) throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), HEX);
      String chunk = new String(in.readNBytes(Math.min(size, BODY_LIMIT)), UTF_8);
      line(in);
      if (size == 0) {
        return body.toString();
      }
      body.append(chunk);
      part.accept(chunk);
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0 || line.size() > LINE_LIMIT) {
        throw new EOFException("the connection ended in the middle of an answer");
      }
      if (octet != '\r') {
        line.write(octet);
      }
    }
    return line.toString(ISO_8859_1);
  }
}
