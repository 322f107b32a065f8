package dev.sallyport.proxy.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Lines that real tools printed.
class ToolTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0   | connect 200 status 403 | TRUSTS",
        "128 | fatal: unable to access 'https://sallyport.internal/doctor.git/': The requested URL"
            + " returned error: 403 | TRUSTS",
        "1   | npm error code E403 | TRUSTS",
        "1   | ERROR: HTTP error 403 while getting https://sallyport.internal/ | TRUSTS",
        "101 | failed to get successful HTTP response from `https://sallyport.internal/config.json`"
            + " (127.0.0.1), got 403 | TRUSTS",
        "60  | curl: (60) SSL certificate problem: unable to get local issuer certificate connect"
            + " 200 status 000 | DISTRUSTS",
        "128 | server certificate verification failed. CAfile: none CRLfile: none | DISTRUSTS",
        "1   | npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY | DISTRUSTS",
        "0   | <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed |"
            + " DISTRUSTS",
        "0   | javax.net.ssl.SSLHandshakeException: (certificate_unknown) PKIX path building failed"
            + " | DISTRUSTS",
        "101 | [60] SSL peer certificate or SSH remote key was not OK | DISTRUSTS",
        "0   | SELF_SIGNED_CERT_IN_CHAIN self-signed certificate in certificate chain | DISTRUSTS",
        "56  | curl: (56) CONNECT tunnel failed, response 403 connect 403 status 000 | REFUSED",
        "0   | Tunnel connection failed: 403 Forbidden | REFUSED",
        "0   | java.io.IOException: Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 403"
            + " Forbidden\" | REFUSED",
        "56  | curl: (56) CONNECT tunnel failed, response 407 connect 407 status 000 |"
            + " NO_CREDENTIALS",
        "1   | npm error code E407 | NO_CREDENTIALS",
        "0   | <urlopen error Tunnel connection failed: 407 Proxy Authentication Required> |"
            + " NO_CREDENTIALS",
        "0   | status 407 | NO_CREDENTIALS",
        "6   | curl: (6) Could not resolve host: sallyport.internal | DIRECT",
        "1   | npm error code ENOTFOUND | DIRECT",
        "0   | <urlopen error [Errno -2] Name or service not known> | DIRECT",
        "0   | java.net.UnknownHostException: sallyport.internal | DIRECT",
        "0   | no-proxy | DIRECT",
        "7   | curl: (7) Failed to connect to 127.0.0.1 port 3997 after 0 ms: Couldn't connect to"
            + " server | NOBODY",
        "1   | npm error code ECONNREFUSED | NOBODY",
        "0   | <urlopen error [Errno 111] Connection refused> | NOBODY",
        "1   | ModuleNotFoundError: No module named 'requests' | NOT_THERE",
        "-1  | Looking in indexes | TOO_LONG",
        "3   | something new | UNKNOWN",
      })
  void theWayShowsInTheOutput(int exit, String text, Tool.Way way) {
    assertEquals(way, Tool.way(new CommandOutput(exit, text)));
  }

  @ParameterizedTest
  @EnumSource(Tool.class)
  void everyFailureHasAMendingSentence(Tool tool) {
    CommandOutput output = new CommandOutput(1, "a\nlast words\n\n");
    for (Tool.Way way : Tool.Way.values()) {
      for (ToolCheck.Trust trust : ToolCheck.Trust.values()) {
        Finding finding = ToolCheck.judge(tool, way, output, trust);
        boolean fine =
            way == Tool.Way.TRUSTS
                || (way == Tool.Way.REFUSED && trust == ToolCheck.Trust.NOT_NEEDED);
        assertEquals(fine, finding.verdict() == Verdict.FINE, finding.toString());
        assertEquals(fine, finding.mend().isEmpty(), finding.toString());
      }
    }
    assertTrue(
        ToolCheck.judge(tool, Tool.Way.UNKNOWN, output, ToolCheck.Trust.NEEDED)
            .seen()
            .endsWith("last words"));
    assertTrue(
        ToolCheck.judge(tool, Tool.Way.DISTRUSTS, output, ToolCheck.Trust.NEEDED)
            .mend()
            .contains(tool.trustVariable()));
  }

  @ParameterizedTest
  @EnumSource(Tool.class)
  void everyToolAsksTheGateItself(Tool tool) {
    List<String> command = tool.command("/bin/tool", new Tool.Files("/tmp/f", "/tmp/f/A.java"));
    assertEquals("/bin/tool", command.getFirst());
    assertTrue(String.join(" ", command).contains("sallyport.internal"), command.toString());
  }

  @Test
  void theLastLineIsShortened() {
    assertEquals("nothing", Tool.lastLine(new CommandOutput(0, "\n \n")));
    assertEquals(
        "x".repeat(80) + "...", Tool.lastLine(new CommandOutput(0, "a\n" + "x".repeat(81))));
  }

  @Test
  void programsAreFoundInAbsoluteFoldersOnly() throws Exception {
    Path program = Files.writeString(folder.resolve("tool"), "#!/bin/sh\n");
    Map<String, String> environment =
        Map.of("PATH", "relative::" + folder.getParent() + ":" + folder);
    assertTrue(Programs.find("tool", environment).isEmpty());
    assertTrue(program.toFile().setExecutable(true));
    assertEquals(program, Programs.find("tool", environment).orElseThrow());
    assertTrue(Programs.find("tool", Map.of()).isEmpty());
  }

  @Test
  void aProgramThatDoesNotEndIsEnded() throws Exception {
    CommandOutput output =
        CommandOutput.of(
            List.of("/bin/sh", "-c", "echo begun; exec sleep 600"),
            folder,
            Map.of("PATH", "/usr/bin:/bin"),
            Duration.ofSeconds(1));
    assertEquals(CommandOutput.NOT_OVER, output.exit());
    assertEquals("begun\n", output.text());
  }

  @Test
  void outputIsBounded() throws Exception {
    CommandOutput output =
        CommandOutput.of(
            List.of("/bin/sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; exit 3"),
            folder,
            Map.of("PATH", "/usr/bin:/bin"),
            Duration.ofSeconds(20));
    assertEquals(3, output.exit());
    assertTrue(output.text().length() >= CommandOutput.MAX_OCTETS);
    assertTrue(output.text().length() < CommandOutput.MAX_OCTETS + 8192);
  }

  @Test
  void aProgramThatIsNoneCannotBeStarted() throws Exception {
    CommandOutput output =
        CommandOutput.of(
            List.of(folder.resolve("none").toString()), folder, Map.of(), Duration.ofSeconds(1));
    assertEquals(Tool.Way.NOT_THERE, Tool.way(output));
  }
}
