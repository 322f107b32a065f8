package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.TOOLS;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Files of certificates that variables name: whether they hold the gate's root. Several tools are
/// not run by the doctor, or read a file only when they first need it. Reads files.
final class TrustedFiles {
  /// Octets of a file that are read at most.
  static final long MAX_OCTETS = 16L * 1024 * 1024;

  /// Variables that are named of those that name one file.
  private static final int NAMED = 3;

  private static final String STORE = "javax.net.ssl.trustStore";

  private final Map<String, String> environment;
  private final String root;

  private TrustedFiles(Map<String, String> environment, String root) {
    this.environment = environment;
    this.root = root;
  }

  /// One finding for each file.
  ///
  /// @param variables the names that count
  /// @param root SHA-256 of the gate's root
  static List<Finding> check(
      Map<String, String> environment, Collection<String> variables, String root) {
    TrustedFiles files = new TrustedFiles(environment, root);
    Map<String, List<String>> namedBy = new LinkedHashMap<>();
    for (String variable : variables) {
      String file = environment.getOrDefault(variable, "");
      if (!file.isBlank()) {
        namedBy.computeIfAbsent(file, each -> new ArrayList<>()).add(variable);
      }
    }
    List<Finding> findings = new ArrayList<>();
    namedBy.forEach((file, by) -> findings.add(files.check(file, by)));
    JavaOptions.property(environment, STORE)
        .ifPresent(file -> findings.add(files.check(file, List.of("JAVA_TOOL_OPTIONS"))));
    return findings;
  }

  private Finding check(String file, List<String> by) {
    String name = "certificates";
    String variables = shortened(by);
    Optional<Collection<? extends Certificate>> held = read(file, by);
    if (held.isEmpty()) {
      return Finding.fails(
          TOOLS,
          name,
          file + " cannot be read as certificates: " + variables,
          "write it anew: eval \"$(sallyport ca env)\" where the gate runs, and bring the files"
              + " here");
    }
    boolean there = held.get().stream().anyMatch(each -> sha256(each).equals(root));
    return there
        ? Finding.fine(TOOLS, name, file + " holds the gate's root: " + variables)
        : Finding.fails(
            TOOLS,
            name,
            file + " does not hold the gate's root: " + variables,
            "add the root that `sallyport ca export` prints to it, or name another file");
  }

  private static String shortened(List<String> variables) {
    int more = variables.size() - NAMED;
    return more <= 0
        ? String.join(", ", variables)
        : String.join(", ", variables.subList(0, NAMED)) + " and " + more + " more variables";
  }

  private Optional<Collection<? extends Certificate>> read(String file, List<String> by) {
    try {
      Path path = Path.of(file);
      if (!Files.isRegularFile(path) || Files.size(path) > MAX_OCTETS) {
        return Optional.empty();
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
        return by.equals(List.of("JAVA_TOOL_OPTIONS"))
            ? Optional.of(store(in))
            : Optional.of(CertificateFactory.getInstance("X.509").generateCertificates(in));
      }
    } catch (IOException | GeneralSecurityException | InvalidPathException unreadable) {
      return Optional.empty();
    }
  }

  private List<Certificate> store(InputStream in) throws IOException, GeneralSecurityException {
    KeyStore store =
        KeyStore.getInstance(
            JavaOptions.property(environment, STORE + "Type").orElse(KeyStore.getDefaultType()));
    String password = JavaOptions.property(environment, STORE + "Password").orElse("");
    store.load(in, password.toCharArray());
    List<Certificate> all = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      Optional.ofNullable(store.getCertificate(alias)).ifPresent(all::add);
    }
    return all;
  }

  private static String sha256(Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("SHA-256 is always there", impossible);
    }
  }
}
