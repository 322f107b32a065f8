package dev.sallyport.proxy.identify;

import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/// The tokens in force. [#tokens] is for any thread and does not block; [#reload] reads the file.
public final class TokenStore {
  private final Optional<Path> path;
  private final AtomicReference<Optional<Tokens>> current;

  private TokenStore(Optional<Path> path, Optional<Tokens> tokens) {
    this.path = path;
    this.current = new AtomicReference<>(tokens);
  }

  /// A store for a gate that has no token file: there is nothing that credentials could prove.
  public static TokenStore none() {
    return new TokenStore(Optional.empty(), Optional.empty());
  }

  /// Reads the file for the first time.
  ///
  /// @throws UnreadableTokensException when it is missing, unreadable or wrong: a gate does not
  ///   start then
  public static TokenStore open(Path path) throws UnreadableTokensException {
    return new TokenStore(Optional.of(path), Optional.of(read(path)));
  }

  /// The tokens in force; empty for a gate without a token file.
  public Optional<Tokens> tokens() {
    return current.get();
  }

  /// What became of a reload.
  public sealed interface Reload {
    /// The file's tokens are in force, or there is no file to read.
    ///
    /// @param count how many
    record Done(int count) implements Reload {}

    /// The file cannot be used; the tokens read before stay in force.
    ///
    /// @param why one sentence or a problem a line
    record Kept(String why) implements Reload {}
  }

  /// Reads the file again. Tokens that were revoked are wrong from then on.
  public Reload reload() {
    try {
      Optional<Tokens> fresh = onFile();
      current.set(fresh);
      return new Reload.Done(fresh.map(tokens -> tokens.all().size()).orElse(0));
    } catch (UnreadableTokensException unreadable) {
      return new Reload.Kept(unreadable.why());
    }
  }

  /// What the file says now, without putting it in force; empty for a gate without a token file.
  ///
  /// @throws UnreadableTokensException when it cannot be used
  public Optional<Tokens> onFile() throws UnreadableTokensException {
    return path.isEmpty() ? Optional.empty() : Optional.of(read(path.get()));
  }

  private static Tokens read(Path path) throws UnreadableTokensException {
    try {
      return new TokenFile(path).load();
    } catch (NoSuchFileException missing) {
      throw new UnreadableTokensException(
          "the token file `%s` does not exist; `sallyport token add` makes one".formatted(path));
    } catch (IOException unreadable) {
      throw new UnreadableTokensException(
          "the token file `%s` cannot be read; look at its permissions".formatted(path));
    } catch (LoadException wrong) {
      throw new UnreadableTokensException(
          wrong.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
  }
}
