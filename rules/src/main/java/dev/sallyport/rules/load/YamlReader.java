package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/// Turns one text into nodes. It reads the parser's events and not its node graph, because aliases,
/// anchors and tags are still visible there and are refused before they mean anything.
final class YamlReader {
  private static final int FEW_KEYS = 8;
  private static final int MAX_SHARED = 1000;

  private final String fileName;
  private final int maxNodes;
  private final Problems problems;
  private final ParserImpl events;
  private final Map<String, String> names = new HashMap<>();
  private int nodes;

  /// A reader of one text.
  ///
  /// @param maxNodes mappings, lists and scalars in it, at most
  YamlReader(String fileName, String text, int maxNodes, Problems problems) {
    this.fileName = fileName;
    this.maxNodes = maxNodes;
    this.problems = problems;
    LoaderOptions options = new LoaderOptions();
    options.setProcessComments(false);
    options.setCodePointLimit(YamlFile.MAX_SIZE);
    this.events = new ParserImpl(new StreamReader(text), options);
  }

  /// The first document, or nothing when the text cannot be read to its end.
  Optional<Node> read() {
    try {
      events.getEvent();
      if (events.checkEvent(Event.ID.StreamEnd)) {
        return Optional.of(new Node.Mapping(new Place(fileName, 1, 1), List.of()));
      }
      refuseDirectives((DocumentStartEvent) events.getEvent());
      Node root = node(0);
      events.getEvent();
      if (!events.checkEvent(Event.ID.StreamEnd)) {
        add(
            events.peekEvent().getStartMark(),
            "a second document begins here, and a file holds one",
            "remove the `---` and what follows, or use a second file");
      }
      return Optional.of(
          root == null ? new Node.Mapping(new Place(fileName, 1, 1), List.of()) : root);
    } catch (TooMuch limit) {
      add(limit.mark, limit.what, limit.hint);
    } catch (MarkedYAMLException wrong) {
      problems.add(YamlErrors.problem(fileName, wrong));
    } catch (YAMLException wrong) {
      problems.add(new Place(fileName, 1, 1), "this file is not YAML", "check its characters");
    }
    return Optional.empty();
  }

  /// The next node; null for an alias, which is refused and then left out, so that it causes no
  /// second problem.
  private @Nullable Node node(int depth) {
    Event event = events.getEvent();
    if (++nodes > maxNodes) {
      throw new TooMuch(
          event.getStartMark(), "the file holds more than " + maxNodes + " values", "split it");
    }
    if (event instanceof AliasEvent alias) {
      add(
          alias.getStartMark(),
          Problem.quote("*" + alias.getAnchor()) + " is a YAML alias, and aliases are not allowed",
          "write the value out, or put text that begins with `*` in quotes");
      return null;
    }
    refuseAnchorAndTag((NodeEvent) event);
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar);
    }
    if (depth == YamlFile.MAX_DEPTH) {
      throw new TooMuch(
          event.getStartMark(),
          "more than " + YamlFile.MAX_DEPTH + " mappings and lists inside one another",
          "make it flatter");
    }
    return event.is(Event.ID.MappingStart) ? mapping(event, depth) : sequence(event, depth);
  }

  private Node.Scalar scalar(ScalarEvent event) {
    boolean plain = event.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
    return new Node.Scalar(
        place(event.getStartMark()),
        event.getValue(),
        plain ? Node.Style.PLAIN : Node.Style.QUOTED);
  }

  private Node sequence(Event start, int depth) {
    List<Node> items = new ArrayList<>();
    while (!events.checkEvent(Event.ID.SequenceEnd)) {
      Node item = node(depth + 1);
      if (item != null) {
        items.add(item);
      }
    }
    events.getEvent();
    return new Node.Sequence(place(start.getStartMark()), items);
  }

  private Node mapping(Event start, int depth) {
    List<Node.Field> fields = new ArrayList<>(4);
    Map<String, Node.Field> byName = Map.of();
    while (!events.checkEvent(Event.ID.MappingEnd)) {
      Node key = node(depth + 1);
      Node value = node(depth + 1);
      if (key == null || !isName(key)) {
        continue;
      }
      Node.Scalar name = (Node.Scalar) key;
      Node.Field first = earlier(fields, byName, name.text());
      if (first != null) {
        problems.add(
            name.place(),
            Problem.quote(name.text()) + " is given twice, first in line " + first.place().line(),
            "keep one of them");
      } else if (value != null) {
        Node.Field field = new Node.Field(name.place(), shared(name.text()), value);
        fields.add(field);
        byName = remember(fields, field, byName);
      }
    }
    events.getEvent();
    return new Node.Mapping(place(start.getStartMark()), fields);
  }

  private boolean isName(Node key) {
    if (!(key instanceof Node.Scalar name) || name.isNothing()) {
      problems.add(key.place(), "a key must be text, not " + key.kind(), "write `key: value`");
      return false;
    }
    if (name.style() == Node.Style.PLAIN && name.text().equals("<<")) {
      problems.add(
          name.place(), "`<<` is a YAML merge key, and merge keys are not allowed", "write it out");
      return false;
    }
    return true;
  }

  /// Most mappings have a handful of keys, for which walking is cheaper than a table.
  private static Node.@Nullable Field earlier(
      List<Node.Field> fields, Map<String, Node.Field> byName, String name) {
    if (fields.size() > FEW_KEYS) {
      return byName.get(name);
    }
    for (Node.Field field : fields) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private static Map<String, Node.Field> remember(
      List<Node.Field> fields, Node.Field last, Map<String, Node.Field> byName) {
    if (fields.size() <= FEW_KEYS) {
      return byName;
    }
    Map<String, Node.Field> table = byName;
    if (table.isEmpty()) {
      table = new HashMap<>();
      for (Node.Field field : fields) {
        table.put(field.name(), field);
      }
    }
    table.put(last.name(), last);
    return table;
  }

  /// One string for all keys of the same name: 100,000 entries say `host` 100,000 times.
  private String shared(String name) {
    if (names.size() == MAX_SHARED) {
      return names.getOrDefault(name, name);
    }
    String first = names.putIfAbsent(name, name);
    return first == null ? name : first;
  }

  private void refuseDirectives(DocumentStartEvent start) {
    if (start.getVersion() != null || (start.getTags() != null && !start.getTags().isEmpty())) {
      add(
          start.getStartMark(),
          "YAML directives are not allowed",
          "remove the line that begins with `%`");
    }
  }

  private void refuseAnchorAndTag(NodeEvent event) {
    if (event.getAnchor() != null) {
      add(
          event.getStartMark(),
          Problem.quote("&" + event.getAnchor()) + " is a YAML anchor, and anchors are not allowed",
          "remove it, or put text that begins with `&` in quotes");
    }
    String tag =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag();
          case CollectionStartEvent collection -> collection.getTag();
          default -> null;
        };
    if (tag != null) {
      add(
          event.getStartMark(),
          "a YAML tag (" + Problem.quote(tag) + ") is not allowed",
          "remove it, or put text that begins with `!` in quotes");
    }
  }

  private void add(Mark mark, String what, String hint) {
    problems.add(place(mark), what, hint);
  }

  private Place place(Mark mark) {
    return new Place(fileName, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /// A limit is exceeded: reading stops.
  private static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Mark mark;
    private final String what;
    private final String hint;

    TooMuch(Mark mark, String what, String hint) {
      super(what, null, false, false);
      this.mark = mark;
      this.what = what;
      this.hint = hint;
    }
  }
}
