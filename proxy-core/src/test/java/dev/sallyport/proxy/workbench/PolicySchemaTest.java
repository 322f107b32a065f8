package dev.sallyport.proxy.workbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.Values;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The schema for editors says of files what the loader says of them: it takes every file that
/// loads, and refuses those whose structure is wrong.
class PolicySchemaTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema SCHEMA = schema();
  private static final String HEAD = "sallyport: 1\nname: p\n";

  private static Schema schema() {
    try {
      JsonNode text = JSON.readTree(DOCS.resolve("policy.schema.json").toFile());
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text);
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  static Stream<Path> examples() throws IOException {
    Path own = Path.of("src", "main", "resources", "dev", "sallyport", "proxy");
    try (Stream<Path> docs = Files.walk(DOCS.resolve("examples"));
        Stream<Path> resources = Files.walk(own)) {
      return Stream.concat(docs, resources).filter(PolicySchemaTest::isPolicy).toList().stream();
    }
  }

  private static boolean isPolicy(Path file) {
    try {
      return file.toString().endsWith(".yaml")
          && Files.readString(file).lines().anyMatch(line -> line.startsWith("sallyport: 1"));
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsTaken(Path file) throws IOException {
    assertEquals("[]", errors(Files.readString(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "classes:\nprofiles: {}\ntests: []\ndeny:\n",
        "classes: {web: , other: {}}",
        "mode: report\nowner: me\nuntil: 2026-12-01T00:00:00Z",
        "classes: {web: {allow: [{host: a.example, ports: 443, scheme: any, sni: absent, ech:"
            + " deny, id: x, reason: why, upload-limit: 5MiB}]}}",
        "classes: {web: {allow: [{any: true, accept-risk: me, tunnel: any}]}}",
        "classes: {web: {allow: [{domain: com, public-suffix: true}, {catalog: npm}]}}",
        "classes: {web: {intercept: 'true', allow: [{host: a.example, query: {a: 1, b: [c, d]},"
            + " headers: {x: y}, methods: GET, paths: /a, encoded-slash: allow}]}}",
        "classes: {web: {allow: [{address: 10.0.0.0/8, intercept: never}]}}",
        "classes: {web: {intercept: true, allow: [{git: a.example, fetch: a/b, headers: {a: b}}]}}",
        "deny: [a.example, {domain: b.example, ports: [80], reason: r, methods: [PUT]}]",
        "profiles: {1: {classes: []}, two: {like: 1, without: [], unknown: ask}}",
        "classes: {web: {}}\nprofiles: {p: {}}\nassign: [{token: 'a*', claimed: {a: b}, profile:"
            + " p}, {token: 'a*', profile: p}, {address: '::1', listener: x, profile: p, id: y}]",
        "classes: {web: {}}\nexceptions: [{id: 1, class: web, allow: {host: a.example}, for: {any:"
            + " true}, reason: r, owner: o, expires: 2026-12-01T00:00:00Z}]",
        "profiles: {p: {}}\n"
            + "tests: [{deny: 'GET https://a.example/', profile: p, headers: {a: [b]}}, {ask:"
            + " 'CONNECT a.example:443', as: {anonymous: true, address: 10.0.0.1}}]",
      })
  void whatLoadsIsTaken(String text) {
    assertTrue(loads(HEAD + text), text);
    assertEquals("[]", errors(HEAD + text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clases: {}",
        "classes: [web]",
        "classes: {we b: {}}",
        "classes: {web: {alow: []}}",
        "classes: {web: {allow: a.example}}",
        "classes: {web: {allow: ['*.a.example']}}",
        "classes: {web: {allow: ['https://a.example/']}}",
        "classes: {web: {allow: [~]}}",
        "classes: {web: {allow: [[a.example]]}}",
        "classes: {web: {allow: [{host: a.example, domain: b.example}]}}",
        "classes: {web: {allow: [{scheme: any}]}}",
        "classes: {web: {allow: [{host: a.example, ports: 0}]}}",
        "classes: {web: {allow: [{host: a.example, ports: []}]}}",
        "classes: {web: {allow: [{host: a.example, ports: '443'}]}}",
        "classes: {web: {allow: [{host: a.example, scheme: htp}]}}",
        "classes: {web: {allow: [{any: true}]}}",
        "classes: {web: {allow: [{any: false, accept-risk: x}]}}",
        "classes: {web: {intercept: maybe}}",
        "classes: {web: {intercept: true, methods: [get]}}",
        "classes: {web: {intercept: true, paths: [a]}}",
        "classes: {web: {intercept: true, query: {}}}",
        "classes: {web: {minimum-age: 3}}",
        "classes: {web: {upload-limit: 50MB}}",
        "classes: {web: {mode: report}}",
        "classes: {web: {owner: me}}",
        "classes: {web: {intercept: true, allow: [{git: a.example}]}}",
        "classes: {web: {intercept: true, allow: [{git: a.example, fetch: any, paths: [/a]}]}}",
        "classes: {web: {intercept: true, allow: [{git: a.example, fetch: a}]}}",
        "classes: {web: {intercept: true, allow: [{mcp: a.example}]}}",
        "classes: {web: {intercept: true, allow: [{mcp: 'https://a.example', tools: [a]}]}}",
        "deny: a.example",
        "deny: [{catalog: npm}]",
        "profiles: {p: {unknown: allow}}",
        "profiles: {p: {}, q: {like: p, classes: []}}",
        "profiles: {p: {without: []}}",
        "profiles: {p: {}}\nassign: [{any: true}]",
        "profiles: {p: {}}\nassign: [{profile: p}]",
        "profiles: {p: {}}\nassign: [{claimed: {a: b}, profile: p}]",
        "profiles: {p: {}}\nassign: [{proven: {}, profile: p}]",
        "classes: {web: {}}\n"
            + "exceptions: [{id: X, class: web, allow: a.example, reason: r, owner: o}]",
        "classes: {web: {}}\n"
            + "exceptions: [{id: X, class: web, allow: a.example, reason: r, owner: o, expires:"
            + " tomorrow}]",
        "classes: {web: {}}\nexceptions: [{id: X, class: web, allow: a.example, for: {anonymous:"
            + " true}, reason: r, owner: o, expires: 2026-12-01T00:00:00Z}]",
        "profiles: {p: {}}\ntests: [{profile: p}]",
        "profiles: {p: {}}\ntests: [{allow: 'GET https://a/', deny: 'GET https://a/', profile: p}]",
        "profiles: {p: {}}\ntests: [{deny: 'GET https://a.example/'}]",
        "profiles: {p: {}}\ntests: [{deny: 'GET https://a.example/', profile: p, as: {token: t}}]",
        "contact: [a]",
        "request-url: a.example",
      })
  void whatIsBuiltWronglyIsRefusedByBoth(String text) {
    assertFalse(loads(HEAD + text), text);
    assertFalse(errors(HEAD + text).equals("[]"), text);
  }

  /// Breaks the example of the whole language in every place: a key that is not known in each
  /// mapping, and each value replaced by one of another kind.
  @Test
  void everyBrokenExampleIsRefusedByBoth() throws IOException {
    Path file = DOCS.resolve("examples").resolve("policy.yaml");
    JsonNode whole = json(Files.readString(file));
    List<JsonNode> broken = new ArrayList<>();
    breakEach(whole, whole, broken);
    assertTrue(broken.size() > 100, "many ways to break it: " + broken.size());
    for (JsonNode one : broken) {
      // JSON is YAML.
      String text = one.toString();
      boolean loads = loads(text);
      boolean taken = SCHEMA.validate(one).isEmpty();
      assertTrue(!loads || taken, () -> "the schema refuses what loads: " + text);
      assertFalse(taken, () -> "the schema takes what is broken: " + text);
    }
  }

  private static void breakEach(JsonNode whole, JsonNode at, List<JsonNode> broken) {
    if (at instanceof ObjectNode mapping) {
      boolean free = mapping.has("security") || mapping.has("repository") || mapping.has("ci");
      boolean classes = mapping.has("webfetch");
      if (!free && !classes) {
        mapping.put("no-such-key", "x");
        broken.add(whole.deepCopy());
        mapping.remove("no-such-key");
      }
      List<String> names = new ArrayList<>();
      mapping.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode value = mapping.get(name);
        mapping.set(name, other());
        broken.add(whole.deepCopy());
        mapping.set(name, value);
        breakEach(whole, value, broken);
      }
    } else if (at instanceof ArrayNode list) {
      for (JsonNode item : list) {
        breakEach(whole, item, broken);
      }
    }
  }

  /// A list of a list where something else stood: nothing in the language is one.
  private static JsonNode other() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    list.add(JsonNodeFactory.instance.arrayNode());
    return list;
  }

  private static boolean loads(String text) {
    try {
      PolicyLoader.load("p.yaml", text);
      return true;
    } catch (LoadException wrong) {
      return false;
    }
  }

  private static String errors(String text) {
    return SCHEMA.validate(json(text)).toString();
  }

  private static JsonNode json(String text) {
    Problems problems = new Problems();
    return YamlFile.read("p.yaml", text, problems)
        .map(PolicySchemaTest::json)
        .orElseThrow(() -> new AssertionError(problems.toString()));
  }

  /// As an editor reads it: the core schema of YAML 1.2.
  private static JsonNode json(Node node) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (node) {
      case Node.Mapping mapping -> {
        ObjectNode object = json.objectNode();
        mapping.fields().forEach(field -> object.set(field.name(), json(field.value())));
        yield object;
      }
      case Node.Sequence sequence -> {
        ArrayNode array = json.arrayNode();
        sequence.items().forEach(item -> array.add(json(item)));
        yield array;
      }
      case Node.Scalar scalar when scalar.isNothing() -> json.nullNode();
      case Node.Scalar scalar when scalar.style() == Node.Style.QUOTED ->
          json.textNode(scalar.text());
      case Node.Scalar scalar -> plain(scalar.text());
    };
  }

  private static JsonNode plain(String text) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (text.equals("true") || text.equals("false")) {
      return json.booleanNode(text.equals("true"));
    }
    return Values.integer(text)
        .<JsonNode>map(json::numberNode)
        .orElseGet(() -> json.textNode(text));
  }
}
