package dev.sallyport.proxy.state;

import dev.sallyport.proxy.files.PrivateFile;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/// Where a gate keeps its state: a file of mode 0600 that is replaced as a whole, or nowhere. For
/// one thread at a time; blocks.
public final class StateFile {
  private static final String SUFFIX = ".state";

  private final Optional<Path> path;

  private StateFile(Optional<Path> path) {
    this.path = path;
  }

  /// The file of the gate with this control socket: beside it. A gate without one can be told
  /// nothing, and has nothing to keep.
  public static StateFile beside(Optional<Path> control) {
    return new StateFile(
        control.map(socket -> socket.resolveSibling(socket.getFileName() + SUFFIX)));
  }

  /// Whether what is saved outlives the process.
  public boolean isKept() {
    return path.isPresent();
  }

  /// What was saved last; nothing where there is no file.
  ///
  /// @throws UnreadableStateException when there is one and it cannot be used, or is cut short
  public GateState load() throws UnreadableStateException {
    if (path.isEmpty() || !Files.exists(path.get(), LinkOption.NOFOLLOW_LINKS)) {
      return GateState.NONE;
    }
    try {
      return StateText.read(path.get());
    } catch (IOException unreadable) {
      throw new UnreadableStateException(
          "the state file `"
              + path.get()
              + "` cannot be read, so that nobody knows what is killed; look at its permissions");
    } catch (LoadException wrong) {
      throw new UnreadableStateException(
          wrong.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"))
              + "\nnobody knows what is killed; repair the file, or remove it and kill again");
    }
  }

  /// Replaces what was saved.
  ///
  /// @throws IOException when it cannot be written; the old content stays
  public void save(GateState state) throws IOException {
    if (path.isPresent()) {
      Files.createDirectories(PrivateFile.folderOf(path.get()));
      PrivateFile.replace(path.get(), StateText.write(state));
    }
  }
}
