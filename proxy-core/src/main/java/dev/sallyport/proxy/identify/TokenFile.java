package dev.sallyport.proxy.identify;

import dev.sallyport.proxy.files.PrivateFile;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The file of tokens: YAML with names, SHA-256 values and labels, made with mode 0600, replaced as
/// a whole at every change so that a reader or a crash never meets half of it. Two that change it
/// at once wait for one another. Comments in it are not kept. Blocks; not for an event loop.
public final class TokenFile {
  /// File locks are the process's: this one keeps its threads apart.
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path path;

  /// @param path of the file; it need not exist before the first [#add]
  public TokenFile(Path path) {
    this.path = path;
  }

  /// What the file says.
  ///
  /// @throws LoadException with everything that is wrong in it
  /// @throws IOException when it cannot be read, a missing file included
  public Tokens load() throws IOException, LoadException {
    return TokenFileText.read(path);
  }

  /// Adds a token under a new name. The secret that comes back is nowhere else: it must be shown
  /// now or is lost.
  ///
  /// @param now when it is added; kept to the second
  /// @return the secret; nothing when the name is taken
  /// @throws IllegalArgumentException when the name or a label is not one ([Token#isName],
  ///   [Token#isLabelValue])
  public Optional<Secret> add(String name, Map<String, String> labels, Instant now)
      throws IOException, LoadException {
    Secret secret = Secret.random();
    Token token =
        new Token(name, secret.sha256(), labels, Optional.of(now.truncatedTo(ChronoUnit.SECONDS)));
    boolean added =
        change(
            (tokens, certificates) ->
                tokens.stream().noneMatch(other -> other.name().equals(name))
                    && certificates.stream().noneMatch(other -> other.name().equals(name))
                    && tokens.add(token));
    return added ? Optional.of(secret) : Optional.empty();
  }

  /// Removes a token. A gate that runs notices when it next reloads its tokens.
  ///
  /// @return whether there was one with this name
  public boolean revoke(String name) throws IOException, LoadException {
    return Files.exists(path)
        && change((tokens, certificates) -> tokens.removeIf(token -> token.name().equals(name)));
  }

  /// A change to the list; says whether it changed anything.
  private interface Change {
    boolean apply(List<Token> tokens, List<KnownCertificate> certificates);
  }

  private boolean change(Change change) throws IOException, LoadException {
    // Through a link, the file it leads to is the one that changes.
    Path file = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Files.createDirectories(PrivateFile.folderOf(file));
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    IN_PROCESS.lock();
    try (FileChannel channel =
            PrivateFile.open(lock, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        FileLock held = channel.lock()) {
      Tokens before =
          Files.exists(file, LinkOption.NOFOLLOW_LINKS)
              ? TokenFileText.read(file)
              : Tokens.of(List.of());
      List<Token> tokens = new ArrayList<>(before.all());
      boolean changed = held.isValid() && change.apply(tokens, before.certificates());
      if (changed) {
        PrivateFile.replaceAsItWas(file, TokenFileText.write(tokens, before.certificates()));
      }
      return changed;
    } finally {
      IN_PROCESS.unlock();
    }
  }
}
