package dev.sallyport.mitm.origin;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// What an origin sends as its certificate: any octets are judged, and a refusal has a sentence.
/// The entry point is the one that fuzzers call.
public final class CertificateFuzz {
  /// Of the cases of x509-limbo every so many is a seed.
  private static final int EVERY = 12;

  private CertificateFuzz() {}

  private static final class Holder {
    static final LimboCase CASE = all().getFirst();
  }

  /// Throws when the judge does in another way than it should.
  public static void fuzzerTestOneInput(byte[] octets) {
    X509Certificate sent = SentCertificate.of(octets);
    LimboCase around = Holder.CASE;
    List<X509Certificate> chain = new ArrayList<>(around.chain());
    chain.set(0, sent);
    judge(chain, OriginRoots.only(around.roots()), around);
    judge(List.of(sent), OriginRoots.only(List.of(sent)), around);
  }

  private static void judge(List<X509Certificate> chain, OriginRoots roots, LimboCase around) {
    try {
      PathSearch.check(
          chain.toArray(X509Certificate[]::new),
          roots,
          new PathChecks(around.host(), around.clock().instant()));
    } catch (OriginCertificateException refused) {
      assertFalse(refused.sentence().isEmpty());
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    List<LimboCase> all = all();
    try {
      for (int i = 0; i < all.size(); i += EVERY) {
        seeds.add(all.get(i).chain().getFirst().getEncoded());
      }
    } catch (CertificateEncodingException failed) {
      throw new IllegalStateException(failed);
    }
    return seeds;
  }

  private static List<LimboCase> all() {
    try {
      return LimboCase.all();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
