package dev.sallyport.proxy.run;

import dev.sallyport.proxy.audit.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Remotes of the working directory's repository that speak ssh, which takes no notice of proxy
/// variables: `git push` then goes past the gate, or nowhere. The repository's own file is read and
/// git is not started, since what is in that file could make git start something.
public final class GitRemotes {
  /// Octets of a git configuration that are read.
  static final int MAX_OCTETS = 64 * 1024;

  /// Remotes that are named.
  static final int MAX_NAMED = 3;

  private static final Pattern SECTION = Pattern.compile("\\[\\s*remote\\s+\"(.*)\"\\s*]\\s*");
  private static final Pattern ANY_SECTION = Pattern.compile("\\[.*");
  private static final Pattern URL = Pattern.compile("url\\s*=\\s*(\\S+)\\s*");

  /// `git@github.com:acme/shop.git`: a user, a host and a path that is no port.
  private static final Pattern SCP_FORM = Pattern.compile("[^@/:]+@([^/:]+):(.+)");

  private static final Pattern SSH_URL =
      Pattern.compile("(?:git\\+)?ssh://(?:[^@/]+@)?([^/:]+)(?::\\d+)?/(.+)");

  private GitRemotes() {}

  /// A sentence for each remote that uses ssh, with the https form of its URL. None when there is
  /// no repository here or its configuration cannot be read.
  ///
  /// @param folder the working directory; the repository may begin above it
  /// @param overHttps hosts that git takes over https instead
  public static List<String> hints(Path folder, Set<String> overHttps) {
    return remotes(folder).stream()
        .limit(MAX_NAMED)
        .map(remote -> hint(remote, overHttps.contains(remote.host())))
        .toList();
  }

  /// The hosts that its remotes reach by ssh.
  public static Set<String> hosts(Path folder) {
    return remotes(folder).stream().map(Remote::host).collect(Collectors.toSet());
  }

  private static List<Remote> remotes(Path folder) {
    try {
      Optional<Path> file = configuration(folder.toAbsolutePath().normalize());
      return file.isEmpty() ? List.of() : remotes(read(file.get()));
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /// A remote that uses ssh.
  ///
  /// @param https the form of its URL that leads to the same over https
  private record Remote(String name, String host, String https) {}

  private static Optional<Path> configuration(Path folder) {
    for (Path at = folder; at != null; at = at.getParent()) {
      Path file = at.resolve(".git").resolve("config");
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_OCTETS), StandardCharsets.UTF_8);
    }
  }

  private static List<Remote> remotes(String text) throws IOException {
    List<Remote> remotes = new ArrayList<>();
    String remote = "";
    BufferedReader lines = new BufferedReader(new StringReader(text));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String stripped = line.strip();
      Matcher section = SECTION.matcher(stripped);
      Matcher url = URL.matcher(stripped);
      if (section.matches()) {
        remote = section.group(1);
      } else if (ANY_SECTION.matcher(stripped).matches()) {
        remote = "";
      } else if (!remote.isEmpty() && url.matches()) {
        remote(remote, url.group(1)).ifPresent(remotes::add);
      }
    }
    return remotes;
  }

  private static String hint(Remote remote, boolean overHttps) {
    return Printable.text(
        "git remote `"
            + remote.name()
            + (overHttps
                ? "` uses ssh, which does not leave this way; git takes "
                : "` uses ssh, which does not leave this way; use ")
            + remote.https()
            + (overHttps ? " instead" : ""));
  }

  private static Optional<Remote> remote(String name, String url) {
    for (Pattern form : List.of(SSH_URL, SCP_FORM)) {
      Matcher matcher = form.matcher(url);
      if (matcher.matches()) {
        String path = matcher.group(2);
        String host = matcher.group(1);
        String https = "https://" + host + "/" + (path.startsWith("/") ? path.substring(1) : path);
        return Optional.of(new Remote(name, host, https));
      }
    }
    return Optional.empty();
  }
}
