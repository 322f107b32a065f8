package dev.sallyport.proxy.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A second reading of HTTP/1.1, written from the grammar of RFC 9112 and from nothing of the
/// gate's: what an origin or a client reads that takes nothing but the strict form. Octets are
/// characters of ISO 8859-1.
final class StrictHttp {
  private static final Pattern REQUEST_LINE =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~\u0080-\u00ff]+) HTTP/1\\.([01])");
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9][0-9])(?: [ -~\u0080-\u00ff]*)?");
  private static final Pattern FIELD =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\u0080-\u00ff]*)");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})(;[\t -~]+)?");
  private static final String CRLF = "\r\n";

  /// What stands behind the last whole message.
  enum Rest {
    NOTHING,
    /// The beginning of a message that is right so far, or cannot be told from one.
    INCOMPLETE,
    WRONG
  }

  /// @param fields in their order, names in lower case
  /// @param body without its framing
  record Message(Matcher start, List<Field> fields, String body) {
    String method() {
      return start.group(1);
    }

    String target() {
      return start.group(2);
    }

    int status() {
      return Integer.parseInt(start.group(2));
    }

    List<String> values(String name) {
      return fields.stream().filter(f -> f.name().equals(name)).map(Field::value).toList();
    }
  }

  record Field(String name, String value) {}

  record Reading(List<Message> messages, Rest rest) {}

  private final String octets;
  private final boolean answers;
  private final boolean toHead;
  private final List<Message> messages = new ArrayList<>();
  private int at;

  private StrictHttp(String octets, Kind kind) {
    this.octets = octets;
    this.answers = kind != Kind.REQUESTS;
    this.toHead = kind == Kind.ANSWERS_TO_HEAD;
  }

  /// What the octets are.
  enum Kind {
    REQUESTS,
    ANSWERS,
    ANSWERS_TO_HEAD
  }

  /// Reads as many messages as there are. Answers end with the first that is final; one without a
  /// length ends with the octets.
  static Reading read(String octets, Kind kind) {
    StrictHttp reader = new StrictHttp(octets, kind);
    try {
      while (reader.at < octets.length() && !reader.isAnswered()) {
        reader.message();
      }
      return reader.end(reader.at == octets.length() ? Rest.NOTHING : Rest.WRONG);
    } catch (End end) {
      return reader.end(end.rest);
    }
  }

  /// Octets that were taken when the reading ended with a whole message.
  private Reading end(Rest rest) {
    return new Reading(List.copyOf(messages), rest);
  }

  private boolean isAnswered() {
    return answers && !messages.isEmpty() && messages.getLast().status() >= 200;
  }

  private void message() throws End {
    if (!answers && octets.startsWith(CRLF, at)) {
      at += CRLF.length();
    }
    Matcher start = (answers ? STATUS_LINE : REQUEST_LINE).matcher(line());
    if (!start.matches()) {
      throw new End(Rest.WRONG);
    }
    List<Field> fields = fields();
    messages.add(new Message(start, fields, body(start, fields)));
  }

  private List<Field> fields() throws End {
    List<Field> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      Matcher field = FIELD.matcher(line);
      if (!field.matches()) {
        throw new End(Rest.WRONG);
      }
      String value = field.group(2).replaceFirst("[ \t]+$", "");
      fields.add(new Field(field.group(1).toLowerCase(Locale.ROOT), value));
    }
    return fields;
  }

  private String body(Matcher start, List<Field> fields) throws End {
    List<String> lengths = values(fields, "content-length");
    List<String> codings = values(fields, "transfer-encoding");
    boolean http10 = start.group(answers ? 1 : 3).equals("0");
    if (lengths.size() + codings.size() > 1
        || (http10 && !codings.isEmpty())
        || !lengths.stream().allMatch(length -> LENGTH.matcher(length).matches())
        || !codings.stream().allMatch(coding -> coding.equalsIgnoreCase("chunked"))) {
      throw new End(Rest.WRONG);
    }
    if (answers) {
      int status = Integer.parseInt(start.group(2));
      if (status < 200 || status == 204 || status == 304 || toHead) {
        return "";
      }
    }
    if (!codings.isEmpty()) {
      return chunks();
    }
    if (!lengths.isEmpty()) {
      return take(Long.parseLong(lengths.getFirst()));
    }
    return answers ? take(octets.length() - at) : "";
  }

  private String chunks() throws End {
    StringBuilder body = new StringBuilder();
    while (true) {
      Matcher size = CHUNK_SIZE.matcher(line());
      if (!size.matches()) {
        throw new End(Rest.WRONG);
      }
      long length = Long.parseLong(size.group(1), 16);
      if (length == 0) {
        fields();
        return body.toString();
      }
      body.append(take(length));
      if (!line().isEmpty()) {
        throw new End(Rest.WRONG);
      }
    }
  }

  private String take(long length) throws End {
    if (length > octets.length() - at) {
      throw new End(Rest.INCOMPLETE);
    }
    String taken = octets.substring(at, at + (int) length);
    at += (int) length;
    return taken;
  }

  private String line() throws End {
    int end = octets.indexOf(CRLF, at);
    if (end < 0) {
      throw new End(Rest.INCOMPLETE);
    }
    String line = octets.substring(at, end);
    at = end + CRLF.length();
    return line;
  }

  private static List<String> values(List<Field> fields, String name) {
    return fields.stream().filter(f -> f.name().equals(name)).map(Field::value).toList();
  }

  /// The field that must be there once.
  static Optional<String> only(List<String> values) {
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  private static final class End extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Rest rest;

    End(Rest rest) {
      super("", null, false, false);
      this.rest = rest;
    }
  }
}
