import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Formats every Java file of the tree with google-java-format, or only says which need it.
///
/// Spotless would do this inside Maven's JVM, which may be a Java 17 that cannot parse our sources.
/// Run from the root of the tree: `java @build-tools/format.args -cp FORMATTER.jar
/// build-tools/Format.java check|apply [FILE...]`.
final class Format {
  /// What became of one file.
  private sealed interface Outcome {
    record Clean() implements Outcome {}

    record Differs(Path file, String formatted) implements Outcome {}

    record Unreadable(Path file, String problem) implements Outcome {}
  }

  private Format() {}

  public static void main(String[] args) throws IOException {
    if (args.length == 0 || !List.of("check", "apply").contains(args[0])) {
      System.err.println("expected `check` or `apply`, then files or nothing");
      System.exit(2);
    }
    boolean apply = args[0].equals("apply");
    List<Path> files = Stream.of(args).skip(1).map(Path::of).toList();
    List<Outcome> outcomes =
        (files.isEmpty() ? sources() : files).parallelStream().map(Format::format).toList();
    int failures = 0;
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Outcome.Clean() -> {}
        case Outcome.Differs(Path file, String formatted) when apply -> {
          Files.writeString(file, formatted);
          System.out.println("formatted " + file);
        }
        case Outcome.Differs(Path file, String _) -> {
          System.err.println("not formatted: " + file);
          failures++;
        }
        case Outcome.Unreadable(Path file, String problem) -> {
          System.err.println("not Java: " + file + ":" + problem);
          failures++;
        }
      }
    }
    if (failures > 0) {
      System.err.println(apply ? "some files could not be read" : "run `build-tools/format`");
      System.exit(1);
    }
  }

  /// The Java files under every `src` folder and beside this one.
  private static List<Path> sources() throws IOException {
    try (Stream<Path> walk = Files.walk(Path.of(""))) {
      return walk.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> parts(file).contains("src") || file.startsWith("build-tools"))
          .filter(file -> !parts(file).contains("target"))
          .sorted()
          .toList();
    }
  }

  private static List<String> parts(Path file) {
    return StreamSupport.stream(file.spliterator(), false).map(Path::toString).toList();
  }

  private static Outcome format(Path file) {
    try {
      String source = Files.readString(file);
      String formatted = new Formatter().formatSourceAndFixImports(source);
      return formatted.equals(source) ? new Outcome.Clean() : new Outcome.Differs(file, formatted);
    } catch (FormatterException e) {
      return new Outcome.Unreadable(file, e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
