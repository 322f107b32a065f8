package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.check.CatalogIndex;
import dev.sallyport.rules.check.PolicyDraft;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Drafts a first policy from what lies in a repository. Files are looked at, never run, and links
/// are not followed. What a repository says of itself is a wish and not a right: the draft is for
/// its reader.
public final class RepositoryScan {
  /// Octets of a git configuration that are read.
  private static final int MAX_OCTETS = 64 * 1024;

  private static final Pattern REMOTE =
      Pattern.compile(
          "\\s*(?:push)?url\\s*=\\s*(?:(?:https?|ssh|git)://(?:[^@/\\s]+@)?|[^@/:\\s]+@)"
              + "([A-Za-z0-9._-]+)[:/].*",
          Pattern.CASE_INSENSITIVE);

  /// A file and what its being there means.
  private record Sign(List<String> files, String trafficClass, String catalog, String what) {}

  private static final List<Sign> SIGNS =
      List.of(
          new Sign(List.of("package.json"), "packages", "npm/read", "npm packages"),
          new Sign(
              List.of("pom.xml", "build.gradle", "build.gradle.kts"),
              "packages",
              "maven-central/read",
              "Java libraries"),
          new Sign(
              List.of("pyproject.toml", "requirements.txt", "setup.py", "Pipfile"),
              "packages",
              "pypi/read",
              "Python packages"),
          new Sign(List.of("Cargo.toml"), "packages", "crates/read", "Rust crates"),
          new Sign(
              List.of("rust-toolchain", "rust-toolchain.toml"),
              "packages",
              "crates/toolchain",
              "the Rust toolchain"),
          new Sign(List.of("go.mod"), "packages", "go/read", "Go modules"));

  private static final List<String> SETTINGS =
      List.of(".mcp.json", ".claude/settings.json", ".claude/settings.local.json");

  private RepositoryScan() {}

  /// Looks at a repository.
  ///
  /// @param folder its top
  /// @param remarks gets a sentence for each thing that could not be taken over
  /// @throws IOException when the git configuration cannot be read
  public static PolicyDraft of(Path folder, List<String> remarks) throws IOException {
    PolicyImport found = new PolicyImport("first");
    found.isForClaudeCode();
    for (Sign sign : SIGNS) {
      for (String file : sign.files) {
        if (isFile(folder.resolve(file))) {
          found.also(sign.trafficClass, "{catalog: " + sign.catalog + "}", file + ": " + sign.what);
        }
      }
    }
    remotes(folder, found);
    for (String file : SETTINGS) {
      if (isFile(folder.resolve(file))) {
        settings(folder.resolve(file), found);
      }
    }
    PolicyDraft draft = found.draft();
    draft.say("Everything here is a tunnel: host and port are judged, requests are not seen.");
    draft.assign(
        "{anonymous: true, address: 127.0.0.0/8, profile: " + PolicyImport.PROFILE + "}",
        List.of("and, without a token, whoever is on this machine"));
    remarks.addAll(found.remarks());
    return draft;
  }

  /// A repository whose settings are broken still gets a draft.
  private static void settings(Path file, PolicyImport found) {
    try {
      found.read(file);
    } catch (IOException broken) {
      found.remark(
          new Place(file.toString(), 1, 1),
          "left out: " + Optional.ofNullable(broken.getMessage()).orElse("it cannot be read"));
    }
  }

  private static void remotes(Path folder, PolicyImport found) throws IOException {
    Path file = folder.resolve(".git").resolve("config");
    if (!isFile(file)) {
      return;
    }
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_OCTETS), StandardCharsets.UTF_8);
    }
    SortedSet<String> hosts = new TreeSet<>();
    for (String line : text.lines().toList()) {
      Matcher remote = REMOTE.matcher(line);
      if (remote.matches()) {
        hosts.add(remote.group(1));
      }
    }
    CatalogIndex catalogs = CatalogIndex.builtIn();
    for (String host : hosts) {
      try {
        if (Host.parse(host) instanceof Host.Name name) {
          String entry =
              catalogs
                  .find(name)
                  .map(known -> "{catalog: " + known.part() + "}")
                  .orElse("{host: " + PolicyDraft.quoted(name.text()) + "}");
          found.also("source-control", entry, ".git/config: a remote is at " + name.text());
        }
      } catch (MalformedHostException foreign) {
        // Not a remote that anybody could reach.
      }
    }
  }

  private static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }
}
