package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Token files: any text is tokens, or problems in words.
public final class TokenFileFuzz {
  private TokenFileFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) throws IOException {
    try {
      var _ = new TokenFile(Scratch.file("tokens.yaml", octets)).load();
    } catch (LoadException wrong) {
      assertFalse(wrong.problems().isEmpty());
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    String hash = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    return List.of(
            "tokens:\n  - {name: ci, sha256: " + hash + ", labels: {team: platform}}\n",
            "tokens:\n  - name: a\n    sha256: '" + hash + "'\n    added: 2026-11-21T03:46:00Z\n",
            "tokens: []\n",
            "tokens: [{name: a, sha256: 00}]\n",
            "tokens: [{name: a}, {name: a}]\n",
            "tokens: &t [*t]\n")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}
