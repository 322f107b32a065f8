package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// Loads a policy, whole or not at all. It does not run the policy's tests: whoever puts a policy
/// in force does.
public final class PolicyLoader {
  /// Files in a folder that is a policy, at most.
  public static final int MAX_FILES = 1000;

  private PolicyLoader() {}

  /// Loads a file, or a folder of `.yaml` and `.yml` files, read in the order of their names and
  /// merged by name. Hidden files and folders inside it are passed over. Blocks; not for an event
  /// loop.
  ///
  /// @param path as the user gave it: places carry it
  /// @throws IOException when something cannot be read
  /// @throws LoadException with everything that is wrong, when anything is
  public static Policy load(Path path) throws IOException, LoadException {
    return load(path, InterceptedClasses.AS_WRITTEN);
  }

  /// The same, where more may be intercepted than the policy says.
  ///
  /// @throws IOException when something cannot be read
  /// @throws LoadException with everything that is wrong, when anything is
  public static Policy load(Path path, InterceptedClasses intercepted)
      throws IOException, LoadException {
    Problems problems = new Problems();
    PolicyReader reader = new PolicyReader(intercepted, problems);
    List<Path> files = files(path);
    if (files.isEmpty()) {
      problems.add(start(path), "there is no policy in this folder", "put a `.yaml` file into it");
    } else if (files.size() > MAX_FILES) {
      problems.add(start(path), "the folder holds more than " + MAX_FILES + " files", "join some");
    }
    problems.throwIfAny();
    boolean whole = true;
    for (Path file : files) {
      Optional<Node> document = YamlFile.read(file, problems);
      document.ifPresent(reader::read);
      whole &= document.isPresent();
    }
    if (!whole) {
      // What the unreadable file defines must not be reported as missing from the others.
      problems.throwIfAny();
    }
    return finish(reader, start(files.getFirst()), problems);
  }

  /// The files that a policy is read from, in their order.
  ///
  /// @throws IOException when a folder cannot be read
  public static List<Path> files(Path path) throws IOException {
    return Files.isDirectory(path) ? filesIn(path) : List.of(path);
  }

  /// Loads a text.
  ///
  /// @param name what places carry as their file
  /// @throws LoadException with everything that is wrong, when anything is
  public static Policy load(String name, String text) throws LoadException {
    return load(name, text, InterceptedClasses.AS_WRITTEN);
  }

  /// The same, where more may be intercepted than the policy says.
  ///
  /// @throws LoadException with everything that is wrong, when anything is
  public static Policy load(String name, String text, InterceptedClasses intercepted)
      throws LoadException {
    Problems problems = new Problems();
    PolicyReader reader = new PolicyReader(intercepted, problems);
    Optional<Node> document = YamlFile.read(name, text, problems);
    if (document.isEmpty()) {
      problems.throwIfAny();
    }
    document.ifPresent(reader::read);
    return finish(reader, new Place(name, 1, 1), problems);
  }

  /// Loads the texts of a policy's files, which were read elsewhere, in their order.
  ///
  /// @param folder what messages call the folder that they are from
  /// @param texts by what places carry as the file
  /// @throws LoadException with everything that is wrong, when anything is
  public static Policy load(String folder, SequencedMap<String, String> texts)
      throws LoadException {
    Problems problems = new Problems();
    PolicyReader reader = new PolicyReader(InterceptedClasses.AS_WRITTEN, problems);
    if (texts.isEmpty()) {
      problems.add(
          new Place(folder, 1, 1),
          "there is no policy in this folder",
          "put a `.yaml` file into it");
    } else if (texts.size() > MAX_FILES) {
      problems.add(
          new Place(folder, 1, 1),
          "the folder holds more than " + MAX_FILES + " files",
          "join some");
    }
    problems.throwIfAny();
    boolean whole = true;
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Optional<Node> document = YamlFile.read(text.getKey(), text.getValue(), problems);
      document.ifPresent(reader::read);
      whole &= document.isPresent();
    }
    if (!whole) {
      problems.throwIfAny();
    }
    return finish(reader, new Place(texts.firstEntry().getKey(), 1, 1), problems);
  }

  private static Policy finish(PolicyReader reader, Place start, Problems problems)
      throws LoadException {
    PolicySource source = reader.finish(start);
    problems.throwIfAny();
    return Policy.of(source);
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.filter(PolicyLoader::isPolicyFile).sorted().toList();
    }
  }

  private static boolean isPolicyFile(Path path) {
    return isPolicyFile(path.getFileName().toString()) && Files.isRegularFile(path);
  }

  /// Whether a file of this name in a folder belongs to the policy.
  public static boolean isPolicyFile(String name) {
    return (name.endsWith(".yaml") || name.endsWith(".yml")) && !name.startsWith(".");
  }

  private static Place start(Path file) {
    return new Place(file.toString(), 1, 1);
  }
}
