package dev.sallyport.proxy.run;

import dev.sallyport.rules.load.Problem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A command that can be started, found before anything else is: a misspelled one should not cost a
/// gate.
public final class ChildCommand {
  private final Path program;
  private final List<String> words;
  private final Path folder;

  private ChildCommand(Path program, List<String> words, Path folder) {
    this.program = program;
    this.words = words;
    this.folder = folder;
  }

  /// Looks for a command as a shell does: a name in `PATH`, anything with a slash from the working
  /// directory.
  ///
  /// @param words the command and its arguments, at least one
  /// @param folder the working directory
  /// @throws CannotRunException when it is not there or not executable
  public static ChildCommand find(List<String> words, Map<String, String> environment, Path folder)
      throws CannotRunException {
    List<Path> there = new ArrayList<>();
    for (Path place : places(words.getFirst(), environment, folder)) {
      if (Files.isRegularFile(place) && Files.isExecutable(place)) {
        return new ChildCommand(place, List.copyOf(words), folder);
      }
      if (Files.exists(place)) {
        there.add(place);
      }
    }
    String name = Problem.quote(words.getFirst());
    if (!there.isEmpty()) {
      String what = Files.isDirectory(there.getFirst()) ? " is a folder" : " may not be executed";
      throw CannotRunException.notExecutable(name + what + "; name a program");
    }
    throw CannotRunException.notFound(
        name + " is not there; a program in PATH or a path to one is expected");
  }

  /// The file that is executed.
  Path program() {
    return program.toAbsolutePath();
  }

  /// The command's name and its arguments.
  List<String> words() {
    return words;
  }

  /// The working directory.
  Path folder() {
    return folder;
  }

  /// Starts it with the caller's own standard streams. Signals are passed on from then on.
  ///
  /// @throws CannotRunException when the system refuses
  public ChildProcess start(Map<String, String> environment) throws CannotRunException {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(folder.toAbsolutePath().toFile()).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return ChildProcess.start(builder);
    } catch (IOException refused) {
      throw CannotRunException.notExecutable(
          Problem.quote(words.getFirst())
              + " cannot be executed; is it a program for this machine?");
    }
  }

  private static List<Path> places(String name, Map<String, String> environment, Path folder) {
    List<Path> places = new ArrayList<>();
    if (name.indexOf('/') >= 0 || name.indexOf(File.separatorChar) >= 0) {
      path(name).map(folder::resolve).ifPresent(places::add);
    } else if (!name.isEmpty()) {
      Pattern.compile(File.pathSeparator, Pattern.LITERAL)
          .splitAsStream(environment.getOrDefault("PATH", "/usr/bin:/bin"))
          .flatMap(part -> path(part.isEmpty() ? name : part + "/" + name).stream())
          .forEach(place -> places.add(folder.resolve(place)));
    }
    return places;
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }
}
