package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.config.ParentUrl;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.run.ChildEnvironment;
import dev.sallyport.proxy.setup.ClaudeSettings;
import dev.sallyport.proxy.setup.SettingsFileException;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
      "Sets HTTPS_PROXY, HTTP_PROXY, NO_PROXY, NODE_USE_ENV_PROXY and, where the gate has an"
          + " authority, NODE_EXTRA_CA_CERTS in `env` of Claude Code's settings, and says what it"
          + " changed. Nothing else in the file is touched; --remove puts back what was there."
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
      description = "Write the managed settings of this machine, which no user can change.")
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
      ClaudeSettings.Change change = remove ? now.remove() : now.set(variables());
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

  private Map<String, String> variables() throws LoadException, CommandFailure {
    try {
      ParentUrl.parse(gate);
    } catch (ParentUrl.MalformedException wrong) {
      throw CommandFailure.unusable(
          "--gate: " + wrong.why().replace("the parent proxy", "the gate"));
    }
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("HTTPS_PROXY", gate);
    variables.put("HTTP_PROXY", gate);
    variables.put("NO_PROXY", ChildEnvironment.LOOPBACK);
    variables.put("NODE_USE_ENV_PROXY", "1");
    certificate().ifPresent(path -> variables.put("NODE_EXTRA_CA_CERTS", path.toString()));
    return variables;
  }

  private Optional<Path> certificate() throws LoadException, CommandFailure {
    Path named = ca;
    if (named != null) {
      if (!Files.isReadable(named)) {
        throw CommandFailure.unusable("--ca: the file is not there or cannot be read");
      }
      return Optional.of(named.toAbsolutePath().normalize());
    }
    return settings.load(surroundings).settings().intercept().authority()
            instanceof Settings.AuthorityPlace.Folder(Path folder)
        ? Optional.of(folder.resolve(ROOT)).filter(Files::isReadable)
        : Optional.empty();
  }
}
