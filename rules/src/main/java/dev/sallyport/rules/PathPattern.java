package dev.sallyport.rules;

import java.util.List;
import java.util.Locale;

/// A pattern for paths, matched segment by segment: `*` stands for one segment that is not empty, a
/// trailing `/**` for any number of segments, none included.
///
/// @param segments what stands between the slashes, without the trailing `**`
/// @param open whether any number of segments may follow
public record PathPattern(List<String> segments, boolean open) {
  private static final String ONE = "*";
  private static final String ANY = "**";

  public PathPattern {
    segments = List.copyOf(segments);
  }

  /// Reads a pattern.
  ///
  /// @throws MalformedPathException when it is none; the message quotes nothing
  public static PathPattern parse(String text) throws MalformedPathException {
    if (!text.startsWith("/")) {
      throw new MalformedPathException("it does not begin with `/`");
    }
    List<String> segments = List.of(text.substring(1).split("/", -1));
    boolean open = segments.getLast().equals(ANY);
    List<String> fixed = open ? segments.subList(0, segments.size() - 1) : segments;
    for (String segment : fixed) {
      if (segment.equals(ANY)) {
        throw new MalformedPathException("`**` stands for the last segments only");
      }
      if (segment.indexOf('*') >= 0 && !segment.equals(ONE)) {
        throw new MalformedPathException("`*` stands for a whole segment");
      }
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      throw new MalformedPathException("a path ends before `?` and `#`");
    }
    PathForm form = PathForm.of(text);
    if (form.isAmbiguous()) {
      throw new MalformedPathException(form.sentence() + ", which is never sent as it stands");
    }
    return new PathPattern(fixed, open);
  }

  /// Whether a canonical path is meant.
  public boolean matches(String path) {
    int count = 0;
    int start = 1;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      if (count == segments.size()) {
        return open;
      }
      if (!matches(segments.get(count), path, start, end)) {
        return false;
      }
      count++;
      start = end + 1;
    }
    return count == segments.size();
  }

  private static boolean matches(String wanted, String path, int start, int end) {
    if (wanted.equals(ONE)) {
      return end > start;
    }
    return (wanted.length() == end - start && path.startsWith(wanted, start))
        || (wanted.indexOf('%') >= 0 && sameEncoding(wanted, path.substring(start, end)));
  }

  /// Hexadecimal digits are the same in both cases (RFC 3986 section 6.2.2.1).
  private static boolean sameEncoding(String wanted, String segment) {
    return upper(wanted).equals(upper(segment));
  }

  private static String upper(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = text.indexOf('%'); i >= 0 && i + 2 < text.length(); i = text.indexOf('%', i + 1)) {
      out.replace(i + 1, i + 3, text.substring(i + 1, i + 3).toUpperCase(Locale.ROOT));
    }
    return out.toString();
  }

  /// The pattern as it is written.
  @Override
  public String toString() {
    String fixed = "/" + String.join("/", segments);
    if (!open) {
      return fixed;
    }
    return segments.isEmpty() ? "/" + ANY : fixed + "/" + ANY;
  }
}
