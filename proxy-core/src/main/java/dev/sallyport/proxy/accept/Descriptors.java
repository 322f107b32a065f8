package dev.sallyport.proxy.accept;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// How many file descriptors this process may have. A gate that ran out of them could not dial,
/// read a policy or begin a new audit file, so it takes no more connections than there are
/// descriptors for. Reads `/proc`; where there is none, nothing is known and nothing is bounded by
/// it.
public final class Descriptors {
  /// Kept free for DNS, files, and connections that are told that they are too many.
  static final int RESERVE = 64;

  /// A connection of a client and the one to its origin.
  private static final int PER_CONNECTION = 2;

  private static final String LIMIT_LINE = "Max open files";
  private static final int SOFT_LIMIT = 3;

  private final Path proc;

  /// Those of this process.
  public Descriptors() {
    this(Path.of("/proc/self"));
  }

  Descriptors(Path proc) {
    this.proc = proc;
  }

  /// How many connections there may be: as many as wished, or what the descriptors allow if that is
  /// less. At least one.
  public int connections(int wished) {
    OptionalLong limit = limit();
    if (limit.isEmpty()) {
      return wished;
    }
    long left = limit.getAsLong() - open() - RESERVE;
    return Math.clamp(left / PER_CONNECTION, 1, wished);
  }

  /// The limit that is in force.
  public OptionalLong limit() {
    try {
      return limit(Files.readAllLines(proc.resolve("limits")));
    } catch (IOException | NumberFormatException unknown) {
      return OptionalLong.empty();
    }
  }

  /// `Max open files 20000 20000 files`; `unlimited` is not a number and means the same as no line.
  private static OptionalLong limit(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(LIMIT_LINE)) {
        return OptionalLong.of(Long.parseLong(line.split("\\s+", -1)[SOFT_LIMIT]));
      }
    }
    return OptionalLong.empty();
  }

  private long open() {
    try (Stream<Path> all = Files.list(proc.resolve("fd"))) {
      return all.count();
    } catch (IOException unknown) {
      return 0;
    }
  }
}
