package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.util.List;
import java.util.Optional;

/// A piece of a YAML file, with the place where it begins.
public sealed interface Node {
  /// Where it begins.
  Place place();

  /// What it is, for messages: `a mapping`, `a list`, `text` or `nothing`.
  default String kind() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Scalar scalar -> scalar.isNothing() ? "nothing" : "text";
    };
  }

  /// Whether nothing is written where a value could be: an empty value, `~` or `null`.
  default boolean isNothing() {
    return false;
  }

  /// Keys and values in the order of the file; no key twice.
  record Mapping(Place place, List<Field> fields) implements Node {
    public Mapping {
      fields = List.copyOf(fields);
    }

    /// The field with this name. Walks the fields: mappings whose keys are ours to name are short.
    public Optional<Field> field(String name) {
      for (int i = 0; i < fields.size(); i++) {
        if (fields.get(i).name().equals(name)) {
          return Optional.of(fields.get(i));
        }
      }
      return Optional.empty();
    }
  }

  /// One key and its value.
  ///
  /// @param place where the key begins
  record Field(Place place, String name, Node value) {}

  /// A list.
  record Sequence(Place place, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /// Text, a number, a truth value or nothing; what it means is up to the reader.
  record Scalar(Place place, String text, Style style) implements Node {
    @Override
    public boolean isNothing() {
      return style == Style.PLAIN && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }
  }

  /// How a scalar is written.
  enum Style {
    /// Without quotes: may be a number, a truth value or nothing.
    PLAIN,
    /// In quotes or as a block: always text.
    QUOTED
  }
}
