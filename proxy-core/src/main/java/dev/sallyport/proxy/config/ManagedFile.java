package dev.sallyport.proxy.config;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads the organisation's file: `settings` that nobody changes, a `policy` that others only
/// narrow, and whether one may break the glass. A file that anybody but root or the gate's own user
/// could have written is not the organisation's word, and nothing starts.
///
/// @param settings the settings that it fixes; empty when none
record ManagedFile(Managed managed, Node.Mapping settings) {
  private static final String SETTINGS = "settings";
  private static final Duration MIN_GLASS = Duration.ofMinutes(1);
  private static final Duration MAX_GLASS = Duration.ofDays(7);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  /// Reads it; empty where there is none, or with what is wrong as problems.
  static Optional<ManagedFile> read(Path file, Problems problems) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      Path real = file.toRealPath();
      for (Path guarded : Stream.of(folderOf(file), folderOf(real), real).distinct().toList()) {
        checkOwner(guarded, file, problems);
      }
      return YamlFile.read(file, problems)
          .flatMap(node -> Fields.of("the organisation's file", node, problems))
          .map(fields -> read(file, fields, problems));
    } catch (IOException unreadable) {
      problems.add(Unreadable.problem(file, unreadable));
      return Optional.empty();
    }
  }

  private static ManagedFile read(Path file, Fields root, Problems problems) {
    SettingValues values = new SettingValues(folderOf(file), problems);
    Node.Mapping settings =
        root.mapping(SETTINGS)
            .orElseGet(() -> new Node.Mapping(Place.whole(file.toString()), List.of()));
    List<String> fixed = new ArrayList<>();
    leaves(settings).forEach(leaf -> fixed.add(String.join(".", leaf.keys())));
    Optional<Path> policy = root.scalar("policy").flatMap(values::path);
    Fields glass = values.section(root, "break-glass");
    boolean permitted = glass.bool("permitted").orElse(false);
    Optional<Duration> max = glass.duration("max", MIN_GLASS, MAX_GLASS);
    if (permitted && max.isEmpty()) {
      glass.problem("max", "a break-glass has an end", "write `max: 1h` beside `permitted: true`");
    }
    glass.finish();
    root.finish();
    return new ManagedFile(
        new Managed(file, sha256(file, problems), fixed, policy, max.filter(time -> permitted)),
        settings);
  }

  /// A setting that the file fixes.
  ///
  /// @param keys from the top of the settings
  record Leaf(List<String> keys, Place place, Node value) {}

  /// The settings that it fixes.
  List<Leaf> leaves() {
    return leaves(settings);
  }

  private static List<Leaf> leaves(Node.Mapping settings) {
    List<Leaf> leaves = new ArrayList<>();
    settings.fields().forEach(field -> leaves(field, List.of(), leaves));
    return leaves;
  }

  /// A setting whose value is a mapping or a list is fixed as a whole; a section is not one.
  private static void leaves(Node.Field field, List<String> above, List<Leaf> leaves) {
    List<String> keys = Stream.concat(above.stream(), Stream.of(field.name())).toList();
    boolean isSection = SettingName.ofDotted(String.join(".", keys)).isEmpty();
    if (isSection && field.value() instanceof Node.Mapping section) {
      section.fields().forEach(inner -> leaves(inner, keys, leaves));
    } else {
      leaves.add(new Leaf(keys, field.place(), field.value()));
    }
  }

  /// These settings with everything that the file fixes in its place; to set it elsewhere is a
  /// problem there.
  Node.Mapping over(Node.Mapping settings, Problems problems) {
    Node.Mapping result = settings;
    for (Leaf leaf : leaves()) {
      attempt(settings, leaf.keys())
          .ifPresent(
              place ->
                  problems.add(
                      place,
                      Problem.quote(String.join(".", leaf.keys()))
                          + " is fixed by the organisation at "
                          + leaf.place(),
                      "take it out here"));
      result = Overrides.with(result, leaf.keys(), leaf.value());
    }
    return result;
  }

  /// Where these settings say something of a setting, or of a part of it.
  private static Optional<Place> attempt(Node.Mapping settings, List<String> keys) {
    Optional<Node.Field> field = settings.field(keys.getFirst());
    if (field.isEmpty() || keys.size() == 1) {
      return field.map(Node.Field::place);
    }
    return field.get().value() instanceof Node.Mapping section
        ? attempt(section, keys.subList(1, keys.size()))
        : field.map(Node.Field::value).filter(node -> !node.isNothing()).map(Node::place);
  }

  private static void checkOwner(Path guarded, Path file, Problems problems) throws IOException {
    PosixFileAttributes found = Files.readAttributes(guarded, PosixFileAttributes.class);
    String owner = found.owner().getName();
    boolean trusted = owner.equals("root") || owner.equals(System.getProperty("user.name"));
    boolean open = found.permissions().stream().anyMatch(OTHERS::contains);
    if (!trusted || open) {
      problems.add(
          Place.whole(file.toString()),
          Problem.quote(guarded.toString())
              + (trusted ? " may be written by others" : " belongs to another user"),
          "it must be root's, or the gate's own user's, and writable by its owner alone");
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return folder == null ? file.toAbsolutePath().getRoot() : folder;
  }

  private static String sha256(Path file, Problems problems) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException unreadable) {
      problems.add(Unreadable.problem(file, unreadable));
      return "";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
