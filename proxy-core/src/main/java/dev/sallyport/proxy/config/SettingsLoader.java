package dev.sallyport.proxy.config;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads `sallyport.yaml`, the environment and the options of the command line into [Settings]: an
/// option counts more than a variable, a variable more than the file. Any setting can be given in
/// all three ways.
///
/// Relative paths, wherever they are given, start at the file's folder; without a file what the
/// gate writes starts at the user's state folder and what it reads at the user's configuration
/// folder, never at the working directory. Blocks on the file; not for an event loop.
public final class SettingsLoader {
  /// The organisation's word, which settings must not contradict.
  public static final Path MANAGED = Path.of("/etc/sallyport/managed.yaml");

  private static final String AUTHORITY = "ca";
  private static final String TOKENS = "tokens.yaml";
  private static final Path AUDIT_FILE = Path.of("audit", "sallyport.jsonl");
  private static final String CONTROL = "sallyport.sock";

  private final UserFolders folders;
  private final Map<String, String> environment;
  private final List<String> sets;
  private final Path managed;

  private SettingsLoader(
      UserFolders folders, Map<String, String> environment, List<String> sets, Path managed) {
    this.folders = folders;
    this.environment = Map.copyOf(environment);
    this.sets = List.copyOf(sets);
    this.managed = managed;
  }

  /// A loader that obeys the `SALLYPORT_...` variables of an environment.
  public static SettingsLoader of(UserFolders folders, Map<String, String> environment) {
    return new SettingsLoader(folders, environment, List.of(), MANAGED);
  }

  /// The same with `--set` options.
  ///
  /// @param options each `name=value`, such as `audit.file=/var/log/sallyport.jsonl`; a list or
  ///   mapping is written as in YAML, such as `resolve.servers=[10.0.0.53]`
  public SettingsLoader set(List<String> options) {
    return new SettingsLoader(folders, environment, options, managed);
  }

  /// The same with the organisation's file in another place; for tests, since nothing that an agent
  /// could reach may move it.
  public SettingsLoader managedBy(Path file) {
    return new SettingsLoader(folders, environment, sets, file);
  }

  /// Reads a settings file.
  ///
  /// @throws LoadException with everything that is wrong, in the file and outside
  public LoadedSettings load(Path file) throws LoadException {
    Path folder = folderOf(file);
    Problems problems = new Problems();
    Optional<Node> document = read(file, problems);
    SettingsReader.Defaults defaults =
        new SettingsReader.Defaults(
            folder.resolve(CONTROL),
            folder.resolve(TOKENS),
            folder.resolve(AUDIT_FILE),
            folder.resolve(AUTHORITY));
    return finish(document, folder, problems, defaults);
  }

  /// The settings where there is no file.
  ///
  /// @throws LoadException with everything that is wrong in options and environment
  public LoadedSettings withoutFile() throws LoadException {
    Path state = folders.state();
    SettingsReader.Defaults defaults =
        new SettingsReader.Defaults(
            state.resolve(CONTROL),
            folders.config().resolve(TOKENS),
            state.resolve(AUDIT_FILE),
            folders.config().resolve(AUTHORITY));
    Node nothing = new Node.Mapping(Place.whole("settings"), List.of());
    return finish(Optional.of(nothing), state, new Problems(), defaults);
  }

  private LoadedSettings finish(
      Optional<Node> document, Path base, Problems problems, SettingsReader.Defaults defaults)
      throws LoadException {
    Optional<ManagedFile> organisation = ManagedFile.read(managed, problems);
    SettingValues values =
        new SettingValues(base, Map.of(managed.toString(), folderOf(managed)), problems);
    Overrides overrides = Overrides.of(environment, sets, problems);
    Optional<Fields> root =
        document.flatMap(
            node ->
                node instanceof Node.Mapping mapping
                    ? Optional.of(
                        Fields.of(
                            bounded(organisation, overrides.over(mapping), problems), problems))
                    : Fields.of("a settings file", node, problems));
    Optional<LoadedSettings> loaded =
        root.map(fields -> new SettingsReader(values, defaults).read(fields))
            .map(read -> read.managedBy(organisation.map(ManagedFile::managed)));
    problems.throwIfAny();
    return loaded.orElseThrow();
  }

  private static Node.Mapping bounded(
      Optional<ManagedFile> organisation, Node.Mapping settings, Problems problems) {
    return organisation.map(file -> file.over(settings, problems)).orElse(settings);
  }

  /// What the organisation says beside settings; empty where it says nothing.
  ///
  /// @throws LoadException with everything that is wrong in its file
  public Optional<Managed> managed() throws LoadException {
    Problems problems = new Problems();
    Optional<ManagedFile> organisation = ManagedFile.read(managed, problems);
    problems.throwIfAny();
    return organisation.map(ManagedFile::managed);
  }

  private static Optional<Node> read(Path file, Problems problems) {
    try {
      return YamlFile.read(file, problems);
    } catch (IOException unreadable) {
      problems.add(Unreadable.problem(file, unreadable));
      return Optional.empty();
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return folder == null ? file.toAbsolutePath().getRoot() : folder;
  }
}
