package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.doctor.Doctor;
import dev.sallyport.proxy.doctor.Expectation;
import dev.sallyport.proxy.doctor.Finding;
import dev.sallyport.proxy.doctor.Group;
import dev.sallyport.proxy.doctor.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The command and its page. What it examines is tested beside the doctor: with the addresses that
/// users get, a test would send something.
class DoctorCommandTest {
  private static final String LONG = "a sentence of many words that has to be broken ".repeat(4);
  private static final List<Finding> FINDINGS =
      List.of(
          new Finding(Group.VARIABLES, "HTTPS_PROXY", Verdict.FINE, "leads to the gate", ""),
          new Finding(Group.GATE, "clock", Verdict.FAILS, LONG.strip(), "set it " + LONG.strip()),
          new Finding(Group.TOOLS, "n".repeat(40), Verdict.NOTE, "seen", "look"),
          new Finding(Group.TOOLS, "certificates", Verdict.FINE, "/p".repeat(22) + " holds it", ""),
          new Finding(Group.ROUND, "tcp 443", Verdict.FINE, "no route", ""),
          new Finding(Group.ROUND, "tcp 80", Verdict.FINE, "no route", ""),
          new Finding(Group.ROUND, "icmp", Verdict.UNPROVEN, "no answer", ""),
          new Finding(Group.ROUND, "ssh", Verdict.FAILS, "answers", "close it"),
          new Finding(Group.ROUND, "metadata", Verdict.FAILS, "answers too", "close it"),
          new Finding(Group.ROUND, "proof", Verdict.SKIPPED, "a way is open", ""));

  @TempDir private Path home = Path.of("");

  private static Doctor.Report report() {
    return new Doctor.Report(FINDINGS, Optional.empty(), Duration.ofMillis(1250));
  }

  private static String page(int columns, Style style) {
    StringWriter out = new StringWriter();
    new DoctorPage(new PrintWriter(out, true), style, columns)
        .print(report(), Expectation.CONFINED);
    return out.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 100, 120})
  void linesFitTheTerminal(int columns) {
    String page = page(columns, Style.PLAIN);
    assertEquals(List.of(), page.lines().filter(line -> line.length() > columns).toList(), page);
  }

  @Test
  void whatSaysTheSameStandsTogether() {
    String page = page(100, Style.PLAIN);
    assertTrue(page.contains("  ok    no route: tcp 443, tcp 80\n"), page);
    assertTrue(page.contains("  ?     icmp                           no answer\n"), page);
    assertEquals(1, page.split("-> close it", -1).length - 1, page);
    assertTrue(page.indexOf("ssh") < page.indexOf("no route"), page);
    assertTrue(
        page.contains(
            "4 ok, 1 to note, 1 not proven, 1 skipped, 3 failed\n"
                + "in 1.3 s, expecting a network without another way out\n"),
        page);
  }

  @Test
  void coloursAreForTerminals() {
    assertTrue(page(100, Style.COLOURED).contains("\u001b[31mFAIL\u001b[0m"));
    assertTrue(!page(100, Style.PLAIN).contains("\u001b"));
  }

  @Test
  void programsGetJson() throws Exception {
    JsonNode data =
        new ObjectMapper().readTree(Json.text(DoctorData.of(report(), Expectation.VARIABLES)));
    assertEquals("variables", data.path("expected").asText());
    assertTrue(!data.path("healthy").asBoolean());
    assertEquals(FINDINGS.size(), data.path("findings").size());
    assertEquals("fails", data.path("findings").path(1).path("verdict").asText());
    assertEquals("round the gate", data.path("findings").path(4).path("group").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "--expect, open, `confined` or `variables`",
    "--gate, socks5://a:1, http://NAME:TOKEN@HOST:PORT",
    "--outside, a, `--outside` is HOST:PORT",
    "--outside, a:0, `--outside` is HOST:PORT",
    "--outside, a:65536, `--outside` is HOST:PORT",
    "--outside, ::1:443, `--outside` is HOST:PORT",
    "--resolver, dns.example, `--resolver` is an address",
    "--admin-port, 0, `--admin-port` is 1 to 65535",
  })
  void wrongUsageIsSaid(String option, String value, String sentence) {
    CommandRun run = CommandRun.of(home, "doctor", option, value).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains(sentence), run.err());
  }

  @Test
  void whatWouldBeSentIsListed() throws Exception {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    String url = "http://a:secret@127.0.0.1:" + unused;
    String[] asked = {
      "doctor",
      "--list",
      "--gate",
      url,
      "--outside",
      "[2001:db8::7]:443",
      "--resolver",
      "192.0.2.53"
    };
    String list = CommandRun.of(home, asked).endsWith(ExitCode.OK).out();
    for (String sent :
        List.of("GET http://sallyport.internal/status", "[2001:db8::7]:443", "192.0.2.53 udp 53")) {
      assertTrue(list.contains(sent), list);
    }
    assertTrue(!list.contains("secret"), list);
    String[] json = java.util.Arrays.copyOf(asked, asked.length + 1);
    json[asked.length] = "--json";
    JsonNode all =
        new ObjectMapper().readTree(CommandRun.of(home, json).endsWith(ExitCode.OK).out());
    assertTrue(all.size() > 20, all.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "24 80, 80",
    "24 120, 120",
    "50 300, 120",
    "24 10, 60",
    "'', 100",
    "24, 100",
    "24 x, 100",
    "24 123456, 100",
    "0 0, 100",
  })
  void theWidthIsBounded(String size, int columns) {
    assertEquals(columns, TerminalWidth.bounded(size));
  }
}
