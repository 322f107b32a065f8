package dev.sallyport.proxy.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The doctor beside a real gate, all of it on loopback: addresses of this machine stand for the
/// outside, and scripts for the tools.
class DoctorTest {
  private static final String HOST = "localhost";
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        model: {allow: [localhost]}
        webfetch: {intercept: true, methods: [GET, HEAD], allow: [docs.example.com]}
        packages: {allow: [{host: plain.example.com, scheme: http}]}
      profiles: {all: {classes: [model, webfetch, packages]}}
      assign: [{anonymous: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");
  @TempDir private Path machine = Path.of("");

  private TestGate gate(TestOrigin origin, String policy) throws Exception {
    return TestGate.start(
        Transport.best(),
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory, refuse-in-band: always}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n",
        policy);
  }

  private static TestOrigin origin() throws Exception {
    return TestOrigin.startTls(
        HOST,
        (client, self) -> {
          while (!self.head(client).isEmpty()) {
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          }
        });
  }

  /// A program that prints a line.
  private void tool(String name, String text) throws IOException {
    Path bin = Files.createDirectories(machine.resolve("bin"));
    Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\necho '" + text + "'\n");
    assertTrue(program.toFile().setExecutable(true));
  }

  private Plan plan(String url, Targets targets, Plan.Pace pace, List<Plan.Outside> outside) {
    return new Plan(
        GateAddress.of(url),
        Map.of("PATH", machine.resolve("bin").toString(), "https_proxy", url),
        targets,
        Expectation.CONFINED,
        pace,
        outside,
        Optional.empty(),
        unused(),
        List.of(machine.resolve("control.sock")),
        machine,
        machine,
        machine,
        InstantSource.system());
  }

  private static int unused() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static Targets nobody() {
    return new Targets(
        List.of("127.0.0.1"), List.of("127.0.0.1"), List.of("127.0.0.1"), List.of(unused()));
  }

  private static String url(TestGate gate) {
    return "http://127.0.0.1:" + gate.address().getPort();
  }

  private static Finding find(Doctor.Report report, Group group, String name) {
    return report.findings().stream()
        .filter(each -> each.group() == group && each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in " + report));
  }

  private static void fine(Doctor.Report report, Group group, String name, String seen) {
    Finding finding = find(report, group, name);
    assertEquals(Verdict.FINE, finding.verdict(), finding.toString());
    assertTrue(finding.seen().contains(seen), finding.toString());
  }

  private static void fails(Doctor.Report report, Group group, String name, String seen) {
    Finding finding = find(report, group, name);
    assertEquals(Verdict.FAILS, finding.verdict(), finding.toString());
    assertTrue(finding.seen().contains(seen), finding.toString());
    assertFalse(finding.mend().isEmpty(), finding.toString());
  }

  @Test
  void aWholeExamination() throws Exception {
    tool("curl", "connect 200 status 403");
    tool("git", "server certificate verification failed");
    tool("cargo", "error: no default toolchain");
    tool("ping", "1 packets transmitted, 0 received; exit 1");
    Files.createDirectories(machine.resolve(".git"));
    Files.writeString(
        machine.resolve(".git/config"), "[remote \"origin\"]\nurl = git@git.example:a/b.git\n");
    Files.createDirectories(machine.resolve("etc"));
    Files.writeString(machine.resolve("etc/resolv.conf"), "nameserver 127.0.0.1\n");
    Files.createDirectories(machine.resolve("proc/net"));
    Files.writeString(
        machine.resolve("proc/net/arp"), "127.0.0.2 0x1 0x2 02:42:00:00:00:01 * eth0\n");
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin, POLICY)) {
      Doctor.Report report = Doctor.examine(plan(url(gate), nobody(), Plan.Pace.WHOLE, List.of()));
      assertFalse(report.isHealthy());
      assertTrue(report.took().compareTo(Doctor.DEADLINE.plusSeconds(2)) < 0);
      fails(report, Group.VARIABLES, "HTTPS_PROXY, https_proxy", "`HTTPS_PROXY` is not set");
      fine(report, Group.GATE, "reached", url(gate));
      fine(report, Group.GATE, "policy", "test @ ");
      fine(report, Group.GATE, "clock", "agrees");
      fine(report, Group.TOOLS, "curl", "trusts its authority");
      fails(report, Group.TOOLS, "git", "does not trust");
      assertEquals(Verdict.NOTE, find(report, Group.TOOLS, "git remotes").verdict());
      assertTrue(report.findings().stream().noneMatch(each -> each.name().equals("cargo")));
      // The test's own certificates last for days.
      Finding model = find(report, Group.ALLOWED, "model");
      assertEquals(Verdict.NOTE, model.verdict(), model.toString());
      assertTrue(model.seen().startsWith("localhost:443, its certificate ends in"));
      fine(report, Group.ALLOWED, "webfetch", "docs.example.com:443, as far as the gate");
      fails(report, Group.ALLOWED, "packages", "plain.example.com:80");
      for (String name :
          List.of("unlisted host", "raw address", "metadata address", "the gate itself")) {
        fine(report, Group.THROUGH, name, "refused: not-listed");
      }
      fine(report, Group.THROUGH, "address in disguise", "refused: malformed");
      fine(report, Group.THROUGH, "https in clear", "refused: absolute-https");
      fine(report, Group.THROUGH, "port that is not allowed", "refused: port-not-allowed");
      fine(report, Group.THROUGH, "TLS for another host", "ended by the gate");
      fine(report, Group.THROUGH, "TLS without a name", "ended by the gate");
      fine(report, Group.THROUGH, "another protocol", "ended by the gate");
      fine(report, Group.THROUGH, "request for another host", "refused: host-mismatch");
      fine(report, Group.ROUND, "the gate's admin port", "refused");
      fails(report, Group.ROUND, "names by the system", "localhost is resolved without the gate");
    }
  }

  @Test
  void aWayRoundIsFound() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin, POLICY)) {
      Targets open =
          new Targets(
              List.of("127.0.0.1"),
              List.of("127.0.0.1"),
              List.of("127.0.0.1"),
              List.of(origin.port()));
      Plan.Outside known = new Plan.Outside("127.0.0.1", origin.port());
      Doctor.Report report = Doctor.examine(plan(url(gate), open, Plan.Pace.QUICK, List.of(known)));
      String place = "127.0.0.1:" + origin.port();
      fails(report, Group.ROUND, "tcp " + origin.port(), place + " answers without the gate");
      fails(report, Group.ROUND, "tcp to " + place, place + " answers without the gate");
      assertEquals(Verdict.SKIPPED, find(report, Group.ROUND, "proof").verdict());
      assertTrue(report.findings().stream().noneMatch(each -> each.name().equals("curl")));
    }
  }

  @Test
  void noGateAnswers() throws Exception {
    Doctor.Report report =
        Doctor.examine(plan("http://127.0.0.1:" + unused(), nobody(), Plan.Pace.QUICK, List.of()));
    fails(report, Group.GATE, "reached", "refused");
    assertTrue(find(report, Group.GATE, "reached").mend().startsWith("start the gate"));
    assertEquals(Verdict.SKIPPED, find(report, Group.TOOLS, "all").verdict());
    assertTrue(report.status().isEmpty());
  }

  @Test
  void nothingNamesAGate() throws Exception {
    Doctor.Report report = Doctor.examine(plan("", nobody(), Plan.Pace.QUICK, List.of()));
    fails(report, Group.GATE, "reached", "no proxy variable names a gate");
  }

  @Test
  void somebodyElseListensThere() throws Exception {
    try (TestOrigin other = TestOrigin.startHttp()) {
      Doctor.Report report =
          Doctor.examine(
              plan("http://127.0.0.1:" + other.port(), nobody(), Plan.Pace.QUICK, List.of()));
      fails(report, Group.GATE, "reached", "not as a Sallyport gate does");
    }
  }

  @Test
  void aWrongTokenIsToldApart() throws Exception {
    Files.writeString(folder.resolve("tokens.yaml"), "tokens: []\n");
    try (TestOrigin origin = origin();
        TestGate gate =
            TestGate.start(
                Transport.best(), folder, "identity: {tokens: tokens.yaml}\n", tunnels())) {
      String url = "http://agent:wrong@127.0.0.1:" + gate.address().getPort();
      Doctor.Report report = Doctor.examine(plan(url, nobody(), Plan.Pace.QUICK, List.of()));
      fails(report, Group.GATE, "reached", "does not take the credentials (407)");
      assertFalse(report.toString().contains("wrong@"), report.toString());
      assertEquals(0, origin.accepted());
    }
  }

  private static String tunnels() {
    return POLICY.replace("intercept: true, methods: [GET, HEAD], ", "");
  }

  @Test
  void whatIsSentIsListedAndNotSent() throws Exception {
    tool("curl", "connect 200 status 403");
    tool("ping", "");
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin, POLICY)) {
      List<Probe> probes = Doctor.probes(plan(url(gate), nobody(), Plan.Pace.WHOLE, List.of()));
      String all = probes.toString();
      for (String sent :
          List.of(
              "GET http://sallyport.internal/status",
              "CONNECT sallyport-doctor.invalid:443",
              "localhost:443, through the gate",
              "one echo request",
              "one datagram",
              "name=curl",
              "HEAD / for sallyport-doctor.invalid")) {
        assertTrue(all.contains(sent), () -> sent + " is not in " + all);
      }
      assertEquals(0, origin.accepted());
      assertEquals(List.of(), gate.decisions());
    }
  }

  @Test
  void theGateIsKnownByWhatItRefuses() throws Exception {
    Duration patience = Duration.ofSeconds(5);
    try (TestOrigin tls = origin();
        TestOrigin http = TestOrigin.startHttp()) {
      Taken taken = new Taken(patience);
      InetAddress loopback = InetAddress.getLoopbackAddress();
      assertFalse(taken.byTheGate(new InetSocketAddress(loopback, tls.port())));
      assertFalse(taken.byTheGate(new InetSocketAddress(loopback, http.port())));
      assertFalse(taken.byTheGate(new InetSocketAddress(loopback, unused())));
      // As a transparent gate does: words in clear, or an alert.
      try (TestOrigin refusing =
              TestOrigin.start(
                  (client, self) -> {
                    self.head(client);
                    client.send(
                        "HTTP/1.1 403 Forbidden\r\nProxy-Status: sallyport;"
                            + " details=\"not-listed\"\r\nContent-Length: 0\r\n\r\n");
                  });
          ServerSocket alerting = new ServerSocket(0, 4, loopback)) {
        InetSocketAddress words = new InetSocketAddress(loopback, refusing.port());
        assertTrue(taken.byTheGate(words));
        assertEquals(Attempt.TAKEN, new Direct(patience).connection(words));
        Thread.ofPlatform().daemon().start(() -> alertOnce(alerting));
        assertTrue(taken.byTheGate(new InetSocketAddress(loopback, alerting.getLocalPort())));
      }
    }
  }

  /// The plaintext alert that ends a tunnel: fatal, access_denied (RFC 8446 section 6.2).
  private static void alertOnce(ServerSocket listener) {
    try (Socket client = listener.accept()) {
      client.getInputStream().readNBytes(64);
      client.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, 49});
      client.getOutputStream().flush();
      client.getInputStream().readAllBytes();
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Test
  void credentialsGoOverTlsToATrustedGateOnly() throws Exception {
    Path root = TestAuthority.rootFile(folder);
    try (TestOrigin gate = origin()) {
      GateAddress address =
          GateAddress.of("https://agent:token@localhost:" + gate.port()).orElseThrow();
      Duration patience = Duration.ofSeconds(5);
      Map<String, String> trusting = Map.of("SSL_CERT_FILE", root.toString());
      assertEquals("", new GateClient(address, trusting, patience).page("/status"));
      GateClient distrusting = new GateClient(address, Map.of(), patience);
      IOException failed = assertThrows(IOException.class, () -> distrusting.page("/status"));
      assertTrue(failed.toString().contains("certificate is not trusted"), failed.toString());
      assertEquals(1, gate.heads().length);
    }
  }

  @Test
  void addressesOfThisMachineAreItsOwn() {
    assertTrue(Direct.isOwn(InetAddress.getLoopbackAddress()));
    assertTrue(Direct.hasRoute(InetAddress.getLoopbackAddress()));
    assertFalse(Direct.isOwn(InetAddress.ofLiteral("192.0.2.1")));
  }

  /// A resolver on loopback that gives every question the same answer behind it.
  private static void answerOnce(DatagramSocket socket, byte[] tail, int count) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                DatagramPacket asked = new DatagramPacket(new byte[512], 512);
                socket.receive(asked);
                byte[] answer =
                    answer(Arrays.copyOf(asked.getData(), asked.getLength()), tail, count);
                socket.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
              } catch (IOException closed) {
                // The test is over.
              }
            });
  }

  private static byte[] answer(byte[] question, byte[] tail, int count) {
    byte[] answer = Arrays.copyOf(question, question.length + tail.length);
    System.arraycopy(tail, 0, answer, question.length, tail.length);
    answer[2] = (byte) 0x81;
    answer[7] = (byte) count;
    return answer;
  }

  private static final byte[] ADDRESS =
      HexFormat.of().parseHex("c00c0001000100000009" + "0004c0000201");

  @Test
  void aResolverIsAsked() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Optional<InetAddress> expected = Optional.of(InetAddress.ofLiteral("192.0.2.1"));
    try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, 0));
        ServerSocket tcp = new ServerSocket(0, 1, loopback)) {
      Duration patience = Duration.ofSeconds(5);
      answerOnce(udp, ADDRESS, 1);
      DnsProbe.Answer byUdp = new DnsProbe(patience, udp.getLocalPort()).udp(loopback, "a.example");
      assertEquals(new DnsProbe.Answer(Attempt.OPEN, expected), byUdp);
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try (Socket client = tcp.accept()) {
                  int length = client.getInputStream().read() << 8 | client.getInputStream().read();
                  byte[] answer = answer(client.getInputStream().readNBytes(length), ADDRESS, 1);
                  client.getOutputStream().write(new byte[] {0, (byte) answer.length});
                  client.getOutputStream().write(answer);
                } catch (IOException closed) {
                  // The test is over.
                }
              });
      DnsProbe byTcp = new DnsProbe(patience, tcp.getLocalPort());
      assertEquals(new DnsProbe.Answer(Attempt.OPEN, expected), byTcp.tcp(loopback, "a.example"));
    }
  }

  @Test
  void whoTakesAConnectionAndSaysNothingHasAnswered() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket silent = new ServerSocket(0, 1, loopback)) {
      DnsProbe probe = new DnsProbe(Duration.ofMillis(200), silent.getLocalPort());
      assertEquals(
          new DnsProbe.Answer(Attempt.OPEN, Optional.empty()), probe.tcp(loopback, "a.example"));
    }
    DnsProbe closed = new DnsProbe(Duration.ofMillis(200), unused());
    assertEquals(Attempt.REFUSED, closed.tcp(loopback, "a.example").attempt());
    assertEquals(Attempt.REFUSED, closed.udp(loopback, "a.example").attempt());
  }
}
