package dev.sallyport.proxy.audit.report;

import dev.sallyport.proxy.audit.Printable;
import java.util.List;

/// Builds HTML in which nothing that a client said is anything but text: every text and every value
/// of an attribute passes through one escape. For one thread.
final class Markup {
  private final StringBuilder out = new StringBuilder();

  /// An attribute.
  ///
  /// @param name of our own choice
  /// @param value anybody's words
  record Attribute(String name, String value) {}

  static Attribute at(String name, Object value) {
    return new Attribute(name, value.toString());
  }

  /// Opens an element.
  Markup open(String element, Attribute... attributes) {
    out.append('<').append(element);
    for (Attribute attribute : attributes) {
      out.append(' ').append(attribute.name).append("=\"");
      out.append(escaped(attribute.value)).append('"');
    }
    out.append('>');
    return this;
  }

  /// Closes elements, in this order.
  Markup close(String... elements) {
    for (String element : List.of(elements)) {
      out.append("</").append(element).append(">");
    }
    out.append('\n');
    return this;
  }

  /// Anybody's words.
  Markup text(String words) {
    out.append(escaped(words));
    return this;
  }

  /// An element with words in it.
  Markup line(String element, String words, Attribute... attributes) {
    return open(element, attributes).text(words).close(element);
  }

  /// Our own markup.
  Markup own(String markup) {
    out.append(markup);
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }

  static String escaped(String words) {
    return Printable.text(words)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
