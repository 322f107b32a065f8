package dev.sallyport.proxy.isolate;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Unix sockets that are files: they stay in reach whatever the network, and many lead out. A
/// container engine starts anything, a session bus or a terminal multiplexer too, a resolver's
/// daemon asks for names, an ssh agent signs, an editor opens addresses. Finds those there are.
/// Blocks.
final class SocketFiles {
  /// Files looked at in each folder's tree at most.
  static final int MOST_FILES = 20_000;

  static final int DEEPEST = 6;

  private static final Pattern BOUND = Pattern.compile("^(?:\\S+\\s+){7}(/.*)$");
  private static final Pattern VARIABLE = Pattern.compile("(?:unix:(?:path=|//)?)?(/[^,;:]+)");

  private final Path bound;
  private final List<Path> folders;

  /// @param bound the kernel's list, `/proc/net/unix`
  /// @param folders where sockets of others can be that the list does not have: another
  ///   namespace's, as a container engine's in a container
  SocketFiles(Path bound, List<Path> folders) {
    this.bound = bound;
    this.folders = List.copyOf(folders);
  }

  /// Those of this machine.
  static SocketFiles ofMachine() {
    return new SocketFiles(
        Path.of("/proc/net/unix"), List.of(Path.of("/run"), Path.of("/var/run"), Path.of("/tmp")));
  }

  /// Every socket that is found, each once.
  ///
  /// @param environment whose variables may name further ones (`SSH_AUTH_SOCK`, `DOCKER_HOST`)
  Collection<Path> find(Map<String, String> environment) throws IOException {
    Set<Path> found = new TreeSet<>();
    for (String line : Files.exists(bound) ? Files.readAllLines(bound) : List.<String>of()) {
      Matcher matcher = BOUND.matcher(line);
      if (matcher.matches()) {
        add(matcher.group(1), found);
      }
    }
    for (String value : environment.values()) {
      Matcher matcher = VARIABLE.matcher(value);
      if (matcher.lookingAt()) {
        add(matcher.group(1), found);
      }
    }
    for (Path folder : folders) {
      walk(folder, found);
    }
    return found;
  }

  private static void add(String text, Set<Path> found) {
    try {
      real(Path.of(text)).filter(SocketFiles::isSocket).ifPresent(found::add);
    } catch (InvalidPathException noPath) {
      // Nobody can connect to it by that name.
    }
  }

  private static Optional<Path> real(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException outOfReach) {
      return Optional.empty();
    }
  }

  /// `BasicFileAttributes` calls a socket, a pipe and a device alike "other".
  private static boolean isSocket(Path path) {
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode");
      return (mode & 0170000) == 0140000;
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  private static void walk(Path folder, Set<Path> found) throws IOException {
    Optional<Path> real = real(folder);
    if (real.isEmpty()) {
      return;
    }
    Files.walkFileTree(
        real.get(),
        EnumSet.noneOf(java.nio.file.FileVisitOption.class),
        DEEPEST,
        new SimpleFileVisitor<>() {
          private int seen;

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isOther() && isSocket(file)) {
              found.add(file);
            }
            return ++seen < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException outOfReach) {
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
