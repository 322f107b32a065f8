package dev.sallyport.rules.load;

import dev.sallyport.rules.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Names under which strangers register names of their own, so that everything below one is
/// nobody's in particular.
///
/// The program brings a short selection. Of [#PLACES] the first file that can be read, in the form
/// of the public suffix list, is read beside it: a machine's own copy is younger than the program.
/// A name of one label always is a public suffix. Safe on any thread once read.
public final class PublicSuffixes {
  /// Where a whole list may lie: the operator's own, then the one that distributions install.
  static final List<Path> PLACES =
      List.of(
          Path.of("/etc/sallyport/public_suffix_list.dat"),
          Path.of("/usr/share/publicsuffix/public_suffix_list.dat"));

  /// Longest list, in octets; the whole one has a quarter of a mebibyte.
  static final long MAX_SIZE = 4L * 1024 * 1024;

  private static final String BUILT_IN = "public-suffixes.txt";
  private static final String WILDCARD = "*.";
  private static final String NOT = "!";

  private final Set<String> names = new HashSet<>();
  private final Set<String> parents = new HashSet<>();
  private final Set<String> exempt = new HashSet<>();

  private PublicSuffixes() {}

  /// The list of this machine. Read at the first call, which blocks for that long.
  public static PublicSuffixes ofThisMachine() {
    return Machine.SUFFIXES;
  }

  /// The program's selection and the first of these files that can be read.
  static PublicSuffixes with(List<Path> places) {
    PublicSuffixes all = new PublicSuffixes();
    try (InputStream in = PublicSuffixes.class.getResourceAsStream(BUILT_IN)) {
      if (in == null) {
        throw new IllegalStateException(BUILT_IN + " is missing from the program");
      }
      all.read(in);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    for (Path place : places) {
      if (all.read(place)) {
        break;
      }
    }
    return all;
  }

  private boolean read(Path file) {
    // One that cannot be read is passed over: the selection stays, and it is only ever added to.
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_SIZE) {
        return false;
      }
      try (InputStream in = Files.newInputStream(file)) {
        read(in);
      }
      return true;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private void read(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String rule = line.strip().split("\\s", 2)[0];
      if (!rule.isEmpty() && !rule.startsWith("//")) {
        add(rule);
      }
    }
  }

  private void add(String rule) {
    if (rule.startsWith(NOT)) {
      exempt.add(ascii(rule.substring(NOT.length())));
    } else if (rule.startsWith(WILDCARD)) {
      parents.add(ascii(rule.substring(WILDCARD.length())));
    } else {
      names.add(ascii(rule));
    }
  }

  private static String ascii(String name) {
    try {
      return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException noName) {
      return name;
    }
  }

  /// Whether the name itself is one; names below one are not.
  public boolean contain(Host.Name name) {
    String text = name.text();
    int dot = text.indexOf('.');
    if (dot < 0) {
      return true;
    }
    return !exempt.contains(text)
        && (names.contains(text) || parents.contains(text.substring(dot + 1)));
  }

  /// Read once, on first use, by whichever thread comes first.
  private static final class Machine {
    static final PublicSuffixes SUFFIXES = with(PLACES);
  }
}
