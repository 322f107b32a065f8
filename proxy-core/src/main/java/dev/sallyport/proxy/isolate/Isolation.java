package dev.sallyport.proxy.isolate;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A namespace for one command, from the gate's side: begun while the gate starts, joined to it
/// when both are there, and entered by the command. Blocks.
public final class Isolation implements AutoCloseable {
  /// Where the command finds its proxy.
  public static final InetSocketAddress PROXY =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Inside.PROXY_PORT);

  /// What every name stands for within.
  public static final List<InetAddress> ANSWERS = List.of(Inside.SYNTHETIC);

  /// How long the process within may take until its sockets listen.
  private static final int SET_UP_SECONDS = 30;

  private static final String FOLDER = "sallyport-isolate-";
  private static final String RESOLVERS = "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n";

  /// What root may write that acts on the whole machine, whatever namespace it is in.
  private static final List<Path> ROOT_FROZEN =
      Stream.of("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/sys")
          .map(Path::of)
          .toList();

  private final Path folder;
  private final Handing handing;
  private volatile long pid = -1;
  private @Nullable Process process;

  private Isolation(Path folder) throws IOException {
    this.folder = folder;
    this.handing = Handing.open(folder.resolve("s"), Inside.HANDED, peer -> peer == pid);
  }

  /// Starts a process of the system. Whoever implements it passes signals on.
  @FunctionalInterface
  public interface Starter {
    /// Starts it.
    Process start(ProcessBuilder builder) throws IOException;
  }

  /// The sockets that listen within.
  ///
  /// @param proxy where the command's proxy is
  /// @param transparent by the port that they take
  /// @param datagrams of DNS
  /// @param streams of DNS
  public record Handed(int proxy, Map<Integer, Integer> transparent, int datagrams, int streams) {
    private static Handed of(List<Integer> descriptors) {
      Map<Integer, Integer> transparent = new LinkedHashMap<>();
      for (int i = 0; i < Inside.TRANSPARENT_PORTS.size(); i++) {
        transparent.put(Inside.TRANSPARENT_PORTS.get(i), descriptors.get(1 + i));
      }
      int last = descriptors.size() - 1;
      return new Handed(
          descriptors.getFirst(), transparent, descriptors.get(last - 1), descriptors.get(last));
    }
  }

  /// Begins: from here on a process is there that sets the namespace up.
  ///
  /// @param environment where `unshare` is looked for
  /// @param directory the command's working directory
  /// @throws CannotIsolateException with what this system lacks; nothing is left behind
  public static Isolation begin(Map<String, String> environment, Path directory, Starter starter)
      throws CannotIsolateException {
    Namespaces namespaces = Namespaces.ofSystem(environment);
    Optional<Path> made = Optional.empty();
    try {
      // Nobody else can read or write in it.
      made = Optional.of(Files.createTempDirectory(FOLDER));
      Isolation begun = new Isolation(made.get());
      ProcessBuilder builder =
          new ProcessBuilder(namespaces.starting(inside(begun.folder.resolve("s"))))
              .directory(directory.toAbsolutePath().toFile())
              .inheritIO();
      builder.environment().clear();
      builder.environment().put("PATH", environment.getOrDefault("PATH", "/usr/bin:/bin"));
      Process process = starter.start(builder);
      begun.process = process;
      begun.pid = process.pid();
      return begun;
    } catch (IOException failed) {
      made.ifPresent(Isolation::delete);
      throw new CannotIsolateException(
          "the namespace cannot be begun: " + failed.getMessage() + "; is the disk full?");
    }
  }

  /// The JVM of the process within: small, and with the classes that ours has read already.
  private static List<String> inside(Path socket) {
    String classes = System.getProperty("java.class.path");
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx32m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    cache(classes)
        .ifPresent(file -> words.addAll(List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off")));
    words.addAll(List.of("-cp", classes, Inside.class.getName(), socket.toString()));
    return words;
  }

  /// The AOT cache that lies beside the folder of the program's jars, when it is one.
  private static Optional<Path> cache(String classes) {
    if (!classes.endsWith(".jar") || classes.contains(File.pathSeparator)) {
      return Optional.empty();
    }
    return Optional.ofNullable(Path.of(classes).toAbsolutePath().getParent())
        .map(Path::getParent)
        .map(folder -> folder.resolve("sallyport.aot"))
        .filter(Files::isRegularFile);
  }

  /// Waits for what listens within.
  ///
  /// @throws CannotIsolateException when the process ended, having said why, or takes too long
  public Handed handed() throws CannotIsolateException {
    var descriptors = handing.descriptors();
    if (process != null) {
      process.onExit().thenRun(() -> descriptors.completeExceptionally(new IOException("ended")));
    }
    try {
      return Handed.of(descriptors.get(SET_UP_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException ended) {
      throw new CannotIsolateException(
          "the command's namespace could not be set up; what is said above is the reason");
    } catch (TimeoutException late) {
      throw new CannotIsolateException(
          "the command's namespace was not set up within " + SET_UP_SECONDS + " s");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CannotIsolateException("the set-up of the command's namespace was interrupted");
    }
  }

  /// The Unix sockets of other programs, which the command must not reach.
  public static Collection<Path> socketsToHide(Map<String, String> environment)
      throws CannotIsolateException {
    try {
      return SocketFiles.ofMachine().find(environment);
    } catch (IOException failed) {
      throw new CannotIsolateException(
          "the Unix sockets of this system cannot be listed: " + failed.getMessage());
    }
  }

  /// Has the process become the command. Call it once, when the gate serves what was handed over.
  ///
  /// @param program the file to execute
  /// @param words with the command's name first
  /// @param sockets to be hidden from it
  public void enter(
      Path program, List<String> words, Map<String, String> environment, Collection<Path> sockets)
      throws CannotIsolateException {
    try {
      Path resolvers = Files.writeString(folder.resolve("resolv.conf"), RESOLVERS);
      handing.order(
          Orders.of(program, words, environment)
              .hiding(
                  List.copyOf(sockets),
                  runtimeFolder(environment).stream().toList(),
                  isRoot() ? ROOT_FROZEN : List.of(),
                  resolvers,
                  resolverFile()));
    } catch (IOException failed) {
      throw new CannotIsolateException(
          "the command's namespace cannot be entered: " + failed.getMessage());
    }
  }

  /// Where the sessions of a user keep their sockets, later ones too.
  private static Optional<Path> runtimeFolder(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
        .filter(text -> text.startsWith("/run/user/"))
        .map(Path::of)
        .filter(Files::isDirectory);
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /// The file itself, where `/etc/resolv.conf` is a link.
  private static Optional<Path> resolverFile() {
    try {
      return Optional.of(Path.of("/etc/resolv.conf").toRealPath());
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  /// Ends what was begun; a command that runs is not touched.
  @Override
  public void close() {
    handing.close();
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException left) {
      // The system's cleaning of its temporary folder takes care of it.
    }
  }
}
