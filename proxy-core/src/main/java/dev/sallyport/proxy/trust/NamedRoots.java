package dev.sallyport.proxy.trust;

import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.Pem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Roots that an environment names for single tools, and that would be lost when the variables of
/// [TrustVariables] take their place. Reading blocks.
///
/// @param certificates each once, without those of `SSL_CERT_FILE`, which is for all tools
/// @param files the PEM files among those that name them
/// @param from the variables that name them
/// @param unreadable the variables whose files cannot be used
public record NamedRoots(
    List<X509Certificate> certificates,
    List<Path> files,
    List<String> from,
    List<String> unreadable) {
  private static final String STORE = "javax.net.ssl.trustStore";

  public NamedRoots {
    certificates = List.copyOf(certificates);
    files = List.copyOf(files);
    from = List.copyOf(from);
    unreadable = List.copyOf(unreadable);
  }

  /// Reads what the environment names. What it names is often the system's own bundle, which counts
  /// anyhow and is passed over.
  public static NamedRoots of(Map<String, String> environment) {
    Map<String, List<X509Certificate>> read = new HashMap<>();
    Set<X509Certificate> found = new LinkedHashSet<>();
    Set<Path> files = new LinkedHashSet<>();
    List<String> from = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (String variable : new TreeSet<>(environment.keySet())) {
      String value = environment.getOrDefault(variable, "");
      Optional<String> file = named(variable, value);
      if (file.isEmpty() || SystemRoots.isOne(file.get())) {
        continue;
      }
      try {
        List<X509Certificate> roots = read.get(file.get());
        if (roots == null) {
          roots = read(variable, file.get(), value);
          read.put(file.get(), roots);
        }
        from.add(variable);
        if (!variable.equals(SystemRoots.VARIABLE)) {
          found.addAll(roots);
        }
        if (!variable.equals(TrustVariables.JVM)) {
          files.add(Path.of(file.get()));
        }
      } catch (KeyFileException | GeneralSecurityException | InvalidPathException cannot) {
        unreadable.add(variable);
      }
    }
    return new NamedRoots(List.copyOf(found), List.copyOf(files), from, unreadable);
  }

  /// All of them.
  public String pem() {
    return certificates.stream().map(Pem::of).collect(Collectors.joining());
  }

  /// The file that a variable names, if it is one that does.
  private static Optional<String> named(String variable, String value) {
    if (variable.equals(TrustVariables.JVM)) {
      return JvmOptions.property(value, STORE).filter(file -> !file.isEmpty());
    }
    return TrustVariables.namesFile(variable) && !value.isBlank()
        ? Optional.of(value)
        : Optional.empty();
  }

  private static List<X509Certificate> read(String variable, String file, String value)
      throws KeyFileException, GeneralSecurityException {
    return variable.equals(TrustVariables.JVM)
        ? store(
            new File(file),
            JvmOptions.property(value, STORE + "Password").orElse(TrustFiles.STORE_PASSWORD))
        : CertificateFile.read(Path.of(file));
  }

  private static List<X509Certificate> store(File file, String password)
      throws GeneralSecurityException {
    if (!Files.isRegularFile(file.toPath())) {
      throw new GeneralSecurityException("no store");
    }
    try {
      KeyStore store = KeyStore.getInstance(file, password.toCharArray());
      List<X509Certificate> roots = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        Certificate each = store.getCertificate(alias);
        if (store.isCertificateEntry(alias) && each instanceof X509Certificate root) {
          roots.add(root);
        }
      }
      return roots;
    } catch (IOException broken) {
      throw new GeneralSecurityException("not a store, or not its password", broken);
    }
  }
}
