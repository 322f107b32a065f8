package dev.sallyport.proxy.cli;

import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.proxy.config.ParentUrl;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.run.ChildEnvironment;
import dev.sallyport.proxy.setup.ClaudeSettings;
import dev.sallyport.proxy.setup.SettingsFile;
import dev.sallyport.proxy.setup.SettingsFileException;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport setup claude-code`: proxy and certificate in the settings of Claude Code, where the
/// program, what it starts and agents in the background read them.
@Command(
    name = "claude-code",
    mixinStandardHelpOptions = true,
    description = {
      "Sets HTTPS_PROXY, HTTP_PROXY, NO_PROXY in both spellings, NODE_USE_ENV_PROXY and, where the"
          + " gate has an authority, NODE_EXTRA_CA_CERTS in `env` of Claude Code's settings, and"
          + " says what it changed. Nothing else in the file is touched; --remove puts back what"
          + " was there."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done, or nothing to do", "2:a file or an option cannot be used"})
final class SetupClaudeCodeCommand implements Callable<Integer> {
  private static final String DEFAULT_GATE = "http://127.0.0.1:3128";
  private static final String SETTINGS = "settings.json";
  private static final String MANAGED = "managed-settings.json";
  private static final Path MANAGED_LINUX = Path.of("/etc/claude-code");
  private static final Path MANAGED_MAC = Path.of("/Library/Application Support/ClaudeCode");
  private static final String ROOT = "root.pem";
  private static final String MANAGED_ROOT = "sallyport-root.pem";

  private final Surroundings surroundings;

  @Option(
      names = "--gate",
      paramLabel = "URL",
      description =
          "Where the gate is: http://host:port or https://host:port, with name:token@ before the"
              + " host where it asks for credentials. Without it "
              + DEFAULT_GATE
              + ".")
  private String gate = DEFAULT_GATE;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "The certificate to trust, in PEM. Without it the root in the authority's folder of the"
              + " gate's settings, if there is one.")
  private @Nullable Path ca;

  @Option(
      names = "--managed",
      description =
          "Write the managed settings of this machine, which no user can change, and a copy of the"
              + " root beside them, since the authority's folder is its owner's alone.")
  private boolean managed;

  @Option(names = "--file", paramLabel = "FILE", description = "Write another settings file.")
  private @Nullable Path file;

  @Option(names = "--dry-run", description = "Say what would change, and change nothing.")
  private boolean dryRun;

  @Option(names = "--remove", description = "Take out what was set, and put back what was there.")
  private boolean remove;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  SetupClaudeCodeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Changes the file; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    Path target = target();
    try {
      ClaudeSettings now = ClaudeSettings.read(target);
      ClaudeSettings.Change change = remove ? now.remove() : now.set(variables(now.file()));
      change.lines().forEach(surroundings.out()::println);
      if (change.lines().isEmpty()) {
        surroundings.out().println("nothing to change in " + now.file());
      } else if (dryRun) {
        surroundings.out().println("nothing was written to " + now.file() + " (--dry-run)");
      } else {
        change
            .after()
            .write(managed ? ClaudeSettings.Readers.EVERYBODY : ClaudeSettings.Readers.OWNER);
        surroundings.out().println("wrote " + now.file());
      }
      if (managed && !dryRun) {
        copyRoot(now.file());
      }
      return ExitCode.OK;
    } catch (SettingsFileException wrong) {
      throw CommandFailure.unusable(wrong.sentence());
    } catch (IOException failed) {
      throw FileFailure.of(target, failed);
    }
  }

  private Path target() throws CommandFailure {
    Path named = file;
    if (named != null) {
      return named;
    }
    if (managed) {
      boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
      return (mac ? MANAGED_MAC : MANAGED_LINUX).resolve(MANAGED);
    }
    Map<String, String> environment = surroundings.environment();
    Optional<Path> folder =
        Optional.ofNullable(environment.get("CLAUDE_CONFIG_DIR"))
            .filter(text -> !text.isBlank())
            .map(Path::of)
            .or(
                () ->
                    Optional.ofNullable(environment.get("HOME"))
                        .map(Path::of)
                        .map(home -> home.resolve(".claude")))
            .filter(Path::isAbsolute);
    return folder
        .map(path -> path.resolve(SETTINGS))
        .orElseThrow(
            () ->
                CommandFailure.unusable(
                    "neither CLAUDE_CONFIG_DIR nor HOME says where Claude Code keeps its settings;"
                        + " name the file with --file"));
  }

  private Map<String, String> variables(Path target) throws LoadException, CommandFailure {
    try {
      ParentUrl.parse(gate);
    } catch (ParentUrl.MalformedException wrong) {
      throw CommandFailure.unusable(
          "--gate: " + wrong.why().replace("the parent proxy", "the gate"));
    }
    Map<String, String> variables = new LinkedHashMap<>();
    // Both spellings: curl reads `http_proxy` alone, and most tools the small letters first.
    for (String name : List.of("HTTPS_PROXY", "HTTP_PROXY")) {
      variables.put(name, gate);
      variables.put(name.toLowerCase(Locale.ROOT), gate);
    }
    variables.put("NO_PROXY", ChildEnvironment.LOOPBACK);
    variables.put("no_proxy", ChildEnvironment.LOOPBACK);
    variables.put("NODE_USE_ENV_PROXY", "1");
    certificate(target).ifPresent(path -> variables.put("NODE_EXTRA_CA_CERTS", path.toString()));
    return variables;
  }

  /// What Claude Code is pointed to.
  private Optional<Path> certificate(Path target) throws LoadException, CommandFailure {
    Path named = ca;
    if (named == null) {
      return root().map(path -> managed ? target.resolveSibling(MANAGED_ROOT) : path);
    }
    try {
      CertificateFile.read(named);
    } catch (KeyFileException wrong) {
      throw CommandFailure.unusable("--ca: " + wrong.sentence());
    }
    return Optional.of(named.toAbsolutePath().normalize());
  }

  /// The root of the gate's authority, where the settings keep one in files.
  private Optional<Path> root() throws LoadException, CommandFailure {
    return settings.load(surroundings).settings().intercept().authority()
            instanceof Settings.AuthorityPlace.Folder(Path folder)
        ? Optional.of(folder.resolve(ROOT)).filter(Files::isReadable)
        : Optional.empty();
  }

  /// Users may not look into the authority's folder, so that they get a root of their own to read.
  private void copyRoot(Path target) throws IOException, LoadException, CommandFailure {
    Path copy = target.resolveSibling(MANAGED_ROOT);
    Optional<Path> root = remove || ca != null ? Optional.empty() : root();
    if (root.isPresent()) {
      SettingsFile.replace(copy, Files.readString(root.get()), ClaudeSettings.Readers.EVERYBODY);
    } else {
      Files.deleteIfExists(copy);
    }
  }
}
