package dev.sallyport.mitm.origin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever octets an origin sends in place of certificates, the judge answers in words.
class CertificateMutationTest {
  private static final int ROUNDS = 1000;
  private static final long SEED = 20261128;

  @Test
  void noOctetsMakeTheJudgeStumble() throws Exception {
    Random random = new Random(SEED);
    List<LimboCase> cases = LimboCase.all();
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      LimboCase each = cases.get(random.nextInt(cases.size()));
      if (each.chain().size() > 10) {
        continue;
      }
      X509Certificate[] chain = each.chain().toArray(X509Certificate[]::new);
      int which = random.nextInt(chain.length);
      chain[which] = SentCertificate.of(mutated(chain[which].getEncoded(), random));
      try {
        PathSearch.check(
            chain,
            OriginRoots.only(each.roots()),
            new PathChecks(each.host(), each.clock().instant()));
      } catch (OriginCertificateException e) {
        refused++;
        assertFalse(e.sentence().isEmpty());
      }
    }
    assertTrue(refused > ROUNDS / 2);
  }

  /// The same for authorities that are trusted: a root of one's own may be as broken.
  @Test
  void norDoOddRoots() throws IOException {
    Random random = new Random(SEED);
    for (LimboCase each : LimboCase.all()) {
      List<X509Certificate> roots =
          each.roots().stream()
              .map(
                  root -> {
                    try {
                      return SentCertificate.of(mutated(root.getEncoded(), random));
                    } catch (java.security.cert.CertificateEncodingException e) {
                      throw new IllegalStateException(e);
                    }
                  })
              .toList();
      try {
        PathSearch.check(
            each.chain().toArray(X509Certificate[]::new),
            OriginRoots.only(roots),
            new PathChecks(each.host(), each.clock().instant()));
      } catch (OriginCertificateException e) {
        assertFalse(e.sentence().isEmpty());
      }
    }
  }

  private static byte[] mutated(byte[] der, Random random) {
    byte[] octets = der.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(octets.length);
      octets[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) (octets[at] + 1);
            case 2 -> (byte) (octets[at] ^ (1 << random.nextInt(8)));
            default -> 0;
          };
    }
    return octets;
  }
}
