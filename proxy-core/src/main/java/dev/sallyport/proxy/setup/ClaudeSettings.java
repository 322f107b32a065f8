package dev.sallyport.proxy.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A settings file of Claude Code and the variables in its `env`, which count for the program, for
/// what it starts, and for agents that run in the background and see no shell. Everything else in
/// the file stays as it is. What was there before is noted in a file beside it, so that it can be
/// put back. Blocks.
public final class ClaudeSettings {
  private static final String ENV = "env";
  private static final String SET = "set";
  private static final String BEFORE = "before";
  private static final String NOTE_SUFFIX = ".sallyport";

  /// Octets of a settings file that are read.
  static final int MAX_OCTETS = 4 * 1024 * 1024;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Path file;
  private final Path noteFile;
  private final ObjectNode settings;
  private final ObjectNode note;

  private ClaudeSettings(Path file, Path noteFile, ObjectNode settings, ObjectNode note) {
    this.file = file;
    this.noteFile = noteFile;
    this.settings = settings;
    this.note = note;
  }

  /// Reads a file, or stands for one that is not there yet. A link is followed.
  ///
  /// @throws SettingsFileException when it is not what it must be, with the place
  /// @throws IOException when it cannot be read
  public static ClaudeSettings read(Path file) throws IOException, SettingsFileException {
    if (Files.isSymbolicLink(file) && !Files.exists(file)) {
      throw new SettingsFileException(
          Problem.quote(file.toString()) + " is a link that leads to no file; nothing was changed");
    }
    Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path noteFile = real.resolveSibling(real.getFileName() + NOTE_SUFFIX);
    ObjectNode settings = object(real);
    JsonNode env = settings.path(ENV);
    if (!env.isMissingNode() && !env.isObject()) {
      throw new SettingsFileException(
          Problem.quote(file.toString()) + " has an `env` that is no object; nothing was changed");
    }
    return new ClaudeSettings(real, noteFile, settings, object(noteFile));
  }

  private static ObjectNode object(Path file) throws IOException, SettingsFileException {
    if (!Files.exists(file)) {
      return JSON.createObjectNode();
    }
    if (Files.size(file) > MAX_OCTETS) {
      throw new SettingsFileException(
          Problem.quote(file.toString()) + " is larger than 4 MiB; nothing was changed");
    }
    try {
      JsonNode read = JSON.readTree(Files.readString(file));
      if (read.isMissingNode()) {
        return JSON.createObjectNode();
      }
      if (read instanceof ObjectNode object) {
        return object;
      }
      throw new SettingsFileException(
          Problem.quote(file.toString()) + " holds no JSON object; nothing was changed");
    } catch (CharacterCodingException broken) {
      throw new SettingsFileException(
          Problem.quote(file.toString()) + " is not text in UTF-8; nothing was changed");
    } catch (JsonProcessingException broken) {
      throw new SettingsFileException(
          "`%s:%d:%d`: this is not JSON; mend it first, nothing was changed"
              .formatted(
                  file,
                  broken.getLocation() == null ? 1 : broken.getLocation().getLineNr(),
                  broken.getLocation() == null ? 1 : broken.getLocation().getColumnNr()));
    }
  }

  /// What is to become of a file.
  ///
  /// @param lines what changes, for a person; empty when nothing does
  public record Change(List<String> lines, ClaudeSettings after) {
    public Change {
      lines = List.copyOf(lines);
    }
  }

  /// These variables set, and no others touched.
  public Change set(Map<String, String> variables) {
    ClaudeSettings after = copy();
    ObjectNode env = after.settings.withObjectProperty(ENV);
    ObjectNode set = after.note.withObjectProperty(SET);
    ObjectNode before = after.note.withObjectProperty(BEFORE);
    List<String> lines = new ArrayList<>();
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              Optional<JsonNode> old = Optional.ofNullable(env.get(name));
              old.filter(is -> !set.has(name)).ifPresent(is -> before.set(name, is));
              if (!old.equals(Optional.of(JSON.getNodeFactory().textNode(value)))) {
                lines.add(line(name, old, Optional.of(value)));
              }
              env.put(name, value);
              set.put(name, value);
            });
    return new Change(lines, after);
  }

  /// What was set taken out again, and what stood there before put back. A variable that somebody
  /// has changed since stays.
  public Change remove() {
    ClaudeSettings after = copy();
    List<String> lines = new ArrayList<>();
    if (after.settings.get(ENV) instanceof ObjectNode env) {
      note.path(SET)
          .properties()
          .forEach(
              entry -> {
                String name = entry.getKey();
                Optional<JsonNode> now = Optional.ofNullable(env.get(name));
                if (now.equals(Optional.of(entry.getValue()))) {
                  Optional<JsonNode> old = Optional.ofNullable(note.path(BEFORE).get(name));
                  lines.add(line(name, now, old.map(JsonNode::asText)));
                  old.ifPresentOrElse(is -> env.set(name, is), () -> env.remove(name));
                } else if (now.isPresent()) {
                  lines.add("  env." + name + " was changed since, and stays");
                }
              });
      if (env.isEmpty() && !lines.isEmpty()) {
        after.settings.remove(ENV);
      }
    }
    after.note.removeAll();
    return new Change(lines, after);
  }

  private ClaudeSettings copy() {
    return new ClaudeSettings(file, noteFile, settings.deepCopy(), note.deepCopy());
  }

  private static String line(String name, Optional<JsonNode> from, Optional<String> to) {
    String old = from.map(JsonNode::asText).map(ClaudeSettings::masked).orElse("");
    String now = to.map(ClaudeSettings::masked).orElse("");
    if (to.isEmpty()) {
      return "- env." + name + " = " + old;
    }
    return from.isEmpty()
        ? "+ env." + name + " = " + now
        : "~ env." + name + " = " + now + ", was " + old;
  }

  /// A URL without its password.
  private static String masked(String value) {
    return value.replaceAll("(://[^:/@]*:)[^/]*@", "$1***@");
  }

  /// Which file this is, links followed.
  public Path file() {
    return file;
  }

  /// Writes the file, and the note beside it first, so that a crash between the two loses nothing.
  ///
  /// @param readers who may read a file that is new
  public void write(Readers readers) throws IOException {
    SettingsFile.replace(noteFile, note.isEmpty() ? "" : pretty(note), Readers.OWNER);
    SettingsFile.replace(file, pretty(settings), readers);
    if (note.isEmpty()) {
      Files.deleteIfExists(noteFile);
    }
  }

  private static String pretty(ObjectNode node) throws JsonProcessingException {
    return JSON.writer(SettingsFile.layout()).writeValueAsString(node) + "\n";
  }

  /// Who may read a file.
  public enum Readers {
    /// Its owner: a URL may hold a token.
    OWNER,
    /// Everybody: whom it is for are other users.
    EVERYBODY
  }
}
