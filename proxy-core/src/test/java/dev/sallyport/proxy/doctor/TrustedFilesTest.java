package dev.sallyport.proxy.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.proxy.trust.TrustFiles;
import dev.sallyport.proxy.trust.TrustVariables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedFilesTest {
  private static final Authority GATE =
      Authority.inMemory(new Permitted.Anything(), InstantSource.system());
  private static final Authority OTHER =
      Authority.inMemory(new Permitted.Anything(), InstantSource.system());

  @TempDir private Path folder = Path.of("");
  private Map<String, String> variables = Map.of();

  @BeforeEach
  void write() throws Exception {
    variables =
        TrustVariables.of(TrustFiles.write(folder, OTHER.rootPem(), GATE.rootPem()), Map.of());
  }

  private static String sha256(Authority authority) throws Exception {
    byte[] encoded = authority.root().getEncoded();
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
  }

  private static List<Finding> check(Map<String, String> environment, String root) {
    return TrustedFiles.check(environment, TrustVariables.names(), root);
  }

  @Test
  void whatCaEnvWritesIsFine() throws Exception {
    List<Finding> findings = check(variables, sha256(GATE));
    assertEquals(3, findings.size(), findings.toString());
    for (Finding finding : findings) {
      assertEquals(Verdict.FINE, finding.verdict(), finding.toString());
    }
    assertTrue(findings.toString().contains("and 8 more variables"), findings.toString());
  }

  @Test
  void filesWithoutTheRootAreTold() throws Exception {
    Authority third = Authority.inMemory(new Permitted.Anything(), InstantSource.system());
    List<Finding> findings = check(variables, sha256(third));
    assertEquals(3, findings.size());
    for (Finding finding : findings) {
      assertEquals(Verdict.FAILS, finding.verdict());
      assertTrue(finding.seen().contains("does not hold the gate's root"), finding.toString());
      assertTrue(finding.mend().contains("sallyport ca export"), finding.toString());
    }
  }

  @Test
  void whatCannotBeReadIsTold() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pem"), "-----BEGIN CERTIFICATE-----\nx\n");
    for (String value :
        List.of(folder.resolve("none").toString(), text.toString(), folder.toString(), "\0")) {
      List<Finding> findings = check(Map.of("SSL_CERT_FILE", value), sha256(GATE));
      assertEquals(Verdict.FAILS, findings.getFirst().verdict());
      assertTrue(findings.getFirst().seen().contains("cannot be read"), findings.toString());
    }
    String store = "-Djavax.net.ssl.trustStore=" + text;
    assertEquals(
        Verdict.FAILS,
        check(Map.of("JAVA_TOOL_OPTIONS", store), sha256(GATE)).getFirst().verdict());
  }

  @Test
  void withoutVariablesThereIsNothingToTell() throws Exception {
    assertEquals(List.of(), check(Map.of("SSL_CERT_FILE", " "), sha256(GATE)));
  }

  private Path settings(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void claudeCodesSettingsMustLeadToTheGate() throws Exception {
    GateAddress gate = GateAddress.of("http://10.77.0.1:3128").orElseThrow();
    Path none = folder.resolve("none.json");
    Path broken = settings("broken.json", "{");
    assertEquals(
        Verdict.NOTE, ClaudeSettings.check(List.of(none, broken), gate).getFirst().verdict());
    Path right = settings("a.json", "{\"env\":{\"HTTPS_PROXY\":\"http://a:b@10.77.0.1:3128\"}}");
    assertEquals(Verdict.FINE, ClaudeSettings.check(List.of(right), gate).getFirst().verdict());
    Path wrong =
        settings(
            "b.json",
            "{\"env\":{\"HTTPS_PROXY\":\"http://10.77.0.9:1\",\"NO_PROXY\":\".example.com\"}}");
    List<Finding> findings = ClaudeSettings.check(List.of(right, wrong), gate);
    assertEquals(2, findings.size());
    assertTrue(findings.stream().allMatch(each -> each.verdict() == Verdict.FAILS));
    assertTrue(findings.toString().contains("does not lead to http://10.77.0.1:3128"));
    assertTrue(findings.toString().contains("past the gate for `.example.com`"));
  }
}
