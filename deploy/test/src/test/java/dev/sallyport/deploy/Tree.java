package dev.sallyport.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A value of a manifest, asked by path; what is not there is an empty tree.
record Tree(@Nullable Object value) {
  /// The documents of a YAML stream, empty ones left out. A key that stands twice fails.
  static List<Tree> documents(String yaml) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    List<Tree> documents = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(strict)).loadAll(yaml)) {
      if (document != null) {
        documents.add(new Tree(document));
      }
    }
    return documents;
  }

  /// What stands at the end of these keys.
  Tree at(String... path) {
    Object here = value;
    for (String key : path) {
      here = here instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return new Tree(here);
  }

  /// The items of a list.
  List<Tree> items() {
    List<Tree> items = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(item -> items.add(new Tree(item)));
    }
    return items;
  }

  /// The entries of a map.
  Map<String, Tree> entries() {
    Map<String, Tree> entries = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> entries.put(String.valueOf(key), new Tree(item)));
    }
    return entries;
  }

  /// The same as text; empty when it is not there.
  String text() {
    return value == null ? "" : String.valueOf(value);
  }

  boolean isThere() {
    return value != null;
  }

  boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  boolean isFalse() {
    return Boolean.FALSE.equals(value);
  }

  /// The same without these keys, at any depth.
  Tree without(List<String> keys) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> kept = new LinkedHashMap<>();
      map.forEach(
          (key, item) -> {
            if (!keys.contains(String.valueOf(key))) {
              kept.put(String.valueOf(key), new Tree(item).without(keys).value);
            }
          });
      return new Tree(kept);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> kept = new ArrayList<>();
      list.forEach(item -> kept.add(new Tree(item).without(keys).value));
      return new Tree(kept);
    }
    return this;
  }

  /// The same with the keys of every map in order.
  Tree sorted() {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> inOrder = new TreeMap<>();
      map.forEach((key, item) -> inOrder.put(String.valueOf(key), new Tree(item).sorted().value));
      return new Tree(inOrder);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> inOrder = new ArrayList<>();
      list.forEach(item -> inOrder.add(new Tree(item).sorted().value));
      return new Tree(inOrder);
    }
    return this;
  }

  /// `kind name`, as messages name an object.
  String title() {
    return at("kind").text() + " " + at("metadata", "name").text();
  }
}
