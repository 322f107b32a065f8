package dev.sallyport.proxy.isolate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.kernel.Syscall;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Whether, and how, a process can be started within user, network and mount namespaces of its own.
/// A JVM cannot make a user namespace for itself, since it has many threads; `unshare` of
/// util-linux can, and becomes what it is told to. Blocks.
final class Namespaces {
  /// The user stays who it is, outside as within; the rights over the new namespaces last until
  /// they are given up.
  private static final List<String> OPTIONS =
      List.of("--user", "--map-current-user", "--keep-caps", "--net", "--mount");

  private static final int PROBE_SECONDS = 10;
  private static final int MOST_OUTPUT = 300;

  private final String unshare;
  private final Path proc;

  private Namespaces(String unshare, Path proc) {
    this.unshare = unshare;
    this.proc = proc;
  }

  /// Those of this system, which are tried.
  static Namespaces ofSystem(Map<String, String> environment) throws CannotIsolateException {
    if (!Syscall.isKnownHere()) {
      throw new CannotIsolateException(
          "`--isolate` needs Linux on amd64 or arm64, and this is "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch")
              + "; without the option the command is only asked to use the gate");
    }
    Namespaces found = in(environment.getOrDefault("PATH", "/usr/bin:/bin"), Path.of("/proc"));
    found.probe();
    return found;
  }

  /// @param path folders where `unshare` may be
  static Namespaces in(String path, Path proc) throws CannotIsolateException {
    return Stream.of(path.split(":"))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> file(folder).stream())
        .filter(Files::isExecutable)
        .findFirst()
        .map(file -> new Namespaces(file.toString(), proc))
        .orElseThrow(
            () ->
                new CannotIsolateException(
                    "`--isolate` needs `unshare`, which is not in PATH; install util-linux"));
  }

  private static Optional<Path> file(String folder) {
    try {
      return Optional.of(Path.of(folder, "unshare"));
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  /// What starts a command within new ones.
  List<String> starting(List<String> command) {
    List<String> words = new ArrayList<>();
    words.add(unshare);
    words.addAll(OPTIONS);
    words.add("--");
    words.addAll(command);
    return words;
  }

  private void probe() throws CannotIsolateException {
    String said;
    try {
      Process tried =
          new ProcessBuilder(starting(List.of("true"))).redirectErrorStream(true).start();
      tried.getOutputStream().close();
      said = new String(tried.getInputStream().readNBytes(MOST_OUTPUT), UTF_8).strip();
      if (!tried.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        tried.destroyForcibly();
        said = "unshare does not end";
      } else if (tried.exitValue() == 0) {
        return;
      }
    } catch (IOException failed) {
      said = "unshare cannot be executed";
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      said = "interrupted";
    }
    throw new CannotIsolateException(sentence(said));
  }

  /// @param said by `unshare`
  String sentence(String said) {
    return "`--isolate` needs namespaces of the command's own, which this system does not give ("
        + Problem.quote(said.lines().findFirst().orElse("no reason given"))
        + "): "
        + cause()
        + "; docs/run.md says what helps, and without the option the command is only asked to use"
        + " the gate";
  }

  private String cause() {
    if (value("sys/user/max_user_namespaces").equals("0")) {
      return "`user.max_user_namespaces` is 0";
    }
    if (value("sys/kernel/unprivileged_userns_clone").equals("0")) {
      return "`kernel.unprivileged_userns_clone` is 0";
    }
    if (value("sys/kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
      return "`kernel.apparmor_restrict_unprivileged_userns` is 1";
    }
    return "a container engine's seccomp profile may forbid them, or `unshare` is older than"
        + " util-linux 2.36";
  }

  private String value(String setting) {
    try {
      return Files.readString(proc.resolve(setting)).strip();
    } catch (IOException unknown) {
      return "";
    }
  }
}
