package dev.sallyport.proxy.fuzz;

import dev.sallyport.mitm.ClientHelloReaderFuzz;
import dev.sallyport.mitm.origin.CertificateFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Everything that is fuzzed, by the word that `e2e/fuzz.sh` takes.
enum FuzzTarget {
  AUTHORITY(AuthorityFuzz.class, AuthorityFuzz::seeds, AuthorityFuzz::fuzzerTestOneInput),
  REQUEST(RequestFuzz.class, RequestFuzz::seeds, RequestFuzz::fuzzerTestOneInput),
  RESPONSE(ResponseFuzz.class, ResponseFuzz::seeds, ResponseFuzz::fuzzerTestOneInput),
  CLIENT_HELLO(
      ClientHelloReaderFuzz.class,
      ClientHelloReaderFuzz::seeds,
      ClientHelloReaderFuzz::fuzzerTestOneInput),
  PROXY_HEADER(ProxyHeaderFuzz.class, ProxyHeaderFuzz::seeds, ProxyHeaderFuzz::fuzzerTestOneInput),
  SOCKS(SocksFuzz.class, SocksFuzz::seeds, SocksFuzz::fuzzerTestOneInput),
  CERTIFICATE(CertificateFuzz.class, CertificateFuzz::seeds, CertificateFuzz::fuzzerTestOneInput),
  KEYS(KeyFilesFuzz.class, KeyFilesFuzz::seeds, KeyFilesFuzz::fuzzerTestOneInput),
  POLICY(PolicyFuzz.class, PolicyFuzz::seeds, PolicyFuzz::fuzzerTestOneInput),
  SETTINGS(SettingsFuzz.class, SettingsFuzz::seeds, SettingsFuzz::fuzzerTestOneInput),
  TOKENS(TokenFileFuzz.class, TokenFileFuzz::seeds, TokenFileFuzz::fuzzerTestOneInput),
  DNS(DnsFuzz.class, DnsFuzz::seeds, DnsFuzz::fuzzerTestOneInput),
  AUDIT(AuditFuzz.class, AuditFuzz::seeds, AuditFuzz::fuzzerTestOneInput);

  /// What must hold for any octets.
  @FunctionalInterface
  interface Claim {
    void check(byte[] octets) throws Exception;
  }

  private final Class<?> owner;
  private final Supplier<List<byte[]>> seeds;
  private final Claim claim;

  FuzzTarget(Class<?> owner, Supplier<List<byte[]>> seeds, Claim claim) {
    this.owner = owner;
    this.seeds = seeds;
    this.claim = claim;
  }

  List<byte[]> seeds() {
    return seeds.get();
  }

  void check(byte[] octets) throws Exception {
    claim.check(octets);
  }

  /// The word for the command line.
  private String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Writes the seeds of every target as files, into a folder for each, and prints `word=class`.
  ///
  /// @param arguments the folder
  public static void main(String[] arguments) throws IOException {
    for (FuzzTarget target : values()) {
      Path folder = Path.of(arguments[0], target.word());
      Files.createDirectories(folder);
      List<byte[]> seeds = target.seeds();
      for (int i = 0; i < seeds.size(); i++) {
        Files.write(folder.resolve("seed-" + i), seeds.get(i));
      }
      System.out.println(target.word() + "=" + target.owner.getName());
    }
  }
}
