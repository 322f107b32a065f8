package dev.sallyport.rules.catalog;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Hosts that many strangers share, so that allowing one allows all of them: storage buckets,
/// pastes, request bins. Data like the catalogues: zones with hosts relative to them.
public final class SharedHosts {
  private static final String FILE = "shared-hosts.zone.yaml";
  private static final List<String> WORDS = List.of("host", "subdomains-of", "domain");

  private final Problems problems;
  private final List<SharedHost> found = new ArrayList<>();

  private SharedHosts(Problems problems) {
    this.problems = problems;
  }

  /// One host, or all below one.
  ///
  /// @param kind what strangers leave there, in a word or two
  public record SharedHost(HostPattern pattern, String kind) {}

  /// The list that comes with the program. It is read at the first call, which blocks for that
  /// long.
  ///
  /// @throws IllegalStateException when it is broken, which is an error of the program
  public static List<SharedHost> builtIn() {
    return BuiltIn.HOSTS;
  }

  /// Reads a list.
  ///
  /// @param file what problems name as the file
  /// @return the hosts; empty when anything is wrong, and then there is a problem that says what
  static Optional<List<SharedHost>> read(String file, String text, Problems problems) {
    SharedHosts reader = new SharedHosts(problems);
    YamlFile.read(file, text, problems)
        .flatMap(document -> Fields.of("a list of shared hosts", document, problems))
        .ifPresent(reader::read);
    return problems.isEmpty() ? Optional.of(List.copyOf(reader.found)) : Optional.empty();
  }

  private void read(Fields fields) {
    for (Node zone : fields.list("zones")) {
      Fields.of("a zone", zone, problems).ifPresent(this::zone);
    }
    fields.finish();
  }

  private void zone(Fields fields) {
    String zone = fields.text("zone").orElse("");
    for (Node host : fields.list("hosts")) {
      Fields.of("a host", host, problems).ifPresent(each -> host(zone, each));
    }
    fields.finish();
  }

  private void host(String zone, Fields fields) {
    fields.known(WORDS);
    Optional<String> kind = fields.text("kind");
    List<String> words = WORDS.stream().filter(fields::has).toList();
    if (words.size() != 1 || kind.isEmpty()) {
      problems.add(
          fields.place(), "a shared host has one of " + WORDS + " and `kind`", "write both");
    } else {
      String word = words.getFirst();
      String relative = fields.text(word).orElse("");
      pattern(word, relative.equals("@") ? zone : relative + "." + zone, fields)
          .ifPresent(pattern -> found.add(new SharedHost(pattern, kind.get())));
    }
    fields.finish();
  }

  private static Optional<HostPattern> pattern(String word, String full, Fields fields) {
    try {
      if (Host.parse(full) instanceof Host.Name name) {
        return Optional.of(
            switch (word) {
              case "host" -> new HostPattern.Exact(name);
              case "domain" -> new HostPattern.Domain(name);
              default -> new HostPattern.Below(name);
            });
      }
      fields.problem(word, "`" + full + "` is an address", "write a name relative to the zone");
    } catch (MalformedHostException wrong) {
      fields.problem(
          word,
          "`" + full + "` is not a host: " + wrong.getMessage(),
          "write a name relative to the zone");
    }
    return Optional.empty();
  }

  /// Read once, on first use, by whichever thread comes first.
  private static final class BuiltIn {
    static final List<SharedHost> HOSTS = readAll();

    private static List<SharedHost> readAll() {
      Problems problems = new Problems();
      try (InputStream in = SharedHosts.class.getResourceAsStream(FILE)) {
        if (in == null) {
          throw new IllegalStateException(FILE + " is missing from the program");
        }
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return read(FILE, text, problems)
            .orElseThrow(() -> new IllegalStateException(FILE + " is broken\n" + problems));
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }
}
