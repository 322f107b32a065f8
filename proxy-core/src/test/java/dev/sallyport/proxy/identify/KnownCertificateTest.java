package dev.sallyport.proxy.identify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.stage.ClientCertificate;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.CertificateName.Kind;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownCertificateTest {
  private static final String HASH = "ab".repeat(32);
  private static final ClientCertificate SHOWN =
      new ClientCertificate(
          new LinkedHashSet<>(
              List.of(
                  new CertificateName(Kind.URI, "spiffe://example.org/ns/a/sa/b"),
                  new CertificateName(Kind.DNS, "build.example.org"),
                  new CertificateName(Kind.EMAIL, "build@example.org"),
                  CertificateName.of(new X500Principal("CN=build 7, O=Example")).orElseThrow(),
                  new CertificateName(Kind.SHA256, HASH))),
          Instant.MAX);

  @TempDir private Path folder = Path.of("");

  private Tokens read(String text) throws Exception {
    return new TokenFile(Files.writeString(folder.resolve("t.yaml"), text)).load();
  }

  @ParameterizedTest
  @CsvSource({
    "subject, 'cn=Build  7,o=example', true",
    "subject, 'CN=build 7', false",
    "subject, 'O=Example,CN=build 7', false",
    "dns, Build.Example.org, true",
    "dns, example.org, false",
    "uri, spiffe://example.org/ns/a/sa/b, true",
    "uri, spiffe://example.org/ns/a/sa, false",
    "email, build@example.org, true",
    "email, BUILD@example.org, false",
    "sha256, abababababababababababababababababababababababababababababababab, true",
    "sha256, bababababababababababababababababababababababababababababababaab, false",
  })
  void isWhoFitsExactly(String by, String value, boolean fits) throws Exception {
    Tokens tokens = read("certificates: [{name: a, " + by + ": '" + value + "'}]\n");
    assertEquals(fits, tokens.proven(SHOWN).isPresent());
  }

  @Test
  void theFirstThatFitsCountsAndIsHeldAsLongAsItIsTheSame() throws Exception {
    String both =
        """
        certificates:
          - {name: a, dns: build.example.org, labels: {team: x}}
          - {name: b, email: build@example.org}
        """;
    KnownCertificate known = read(both).proven(SHOWN).orElseThrow();
    assertEquals("a", known.name());
    Proof.Certificate proof =
        new Proof.Certificate(known.name(), known.fingerprint(), SHOWN.names());
    assertEquals(Optional.of(known), read(both).held(proof));
    assertFalse(read(both.replace("build.example.org", "x.example")).held(proof).isPresent());
    assertFalse(read("tokens: []\n").held(proof).isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "'{name: a}', exactly one of",
    "'{name: a, dns: x, uri: \"y:z\"}', exactly one of",
    "'{dns: x.example}', a certificate needs a `name`",
    "'{name: a b, dns: x.example}', cannot name a certificate",
    "'{name: a, dns: \"*.example\"}', 'nothing that a certificate could be known by'",
    "'{name: a, subject: nonsense}', 'nothing that a certificate could be known by'",
    "'{name: a, sha256: AB}', 'nothing that a certificate could be known by'",
    "'{name: t, dns: x.example}', two certificates are named `t`",
    "'{name: a, dns: x.example, what: y}', unknown key `what`",
  })
  void otherEntriesAreProblems(String entry, String problem) {
    String text = "tokens: [{name: t, sha256: " + HASH + "}]\ncertificates: [" + entry + "]\n";
    LoadException why = assertThrows(LoadException.class, () -> read(text));
    assertTrue(String.valueOf(why.getMessage()).contains(problem), why::getMessage);
  }

  @Test
  void aTokenThatIsAddedLeavesThemAsTheyAre() throws Exception {
    read("certificates: [{name: a, subject: \"CN=it's,O=x\", labels: {team: x}}]\n");
    TokenFile file = new TokenFile(folder.resolve("t.yaml"));
    assertFalse(file.add("a", Map.of(), Instant.EPOCH).isPresent(), "the name is taken");
    assertTrue(file.add("ci", Map.of(), Instant.EPOCH).isPresent());
    Tokens after = file.load();
    assertEquals("ci", after.all().getFirst().name());
    assertEquals(
        new KnownCertificate("a", Kind.SUBJECT, "CN=it's,O=x", Map.of("team", "x")),
        after.certificates().getFirst());
  }
}
