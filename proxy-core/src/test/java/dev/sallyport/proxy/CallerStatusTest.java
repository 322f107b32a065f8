package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What the gate says to a client about itself: `http://sallyport.internal/status`.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class CallerStatusTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IN_BAND = "intercept: {authority: memory, refuse-in-band: always}\n";
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      contact: "#egress"
      classes:
        model:
          intercept: true
          allow: [api.example.com]
        packages:
          allow:
            - {subdomains-of: cdn.example.com}
            - denied.example.com
            - raw.example.com
            - {host: opaque.example.com, tunnel: any, accept-risk: "dev: test"}
            - {host: ports.example.com, ports: [8443]}
            - {host: plain.example.com, scheme: http}
        secret: {allow: [secret.example.com]}
      deny: [{host: denied.example.com}]
      profiles:
        all: {classes: [model, packages]}
        other: {classes: [secret]}
      assign: [{anonymous: true, profile: all}]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  CallerStatusTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(String settings, String policy) throws Exception {
    return TestGate.start(transport, folder, settings, policy);
  }

  private static JsonNode status(TestGate gate) throws IOException {
    try (Wire client = gate.client()) {
      Wire.Answer answer = client.send(TestGate.get("http://sallyport.internal/status")).answer();
      assertEquals(200, answer.status());
      return JSON.readTree(answer.body());
    }
  }

  @Test
  void saysWhoTheCallerIsAndWhatItMayReach() throws Exception {
    try (TestGate gate = gate(IN_BAND, POLICY)) {
      Instant before = Instant.now();
      JsonNode status = status(gate);
      Instant time = Instant.parse(status.path("time").asText());
      assertTrue(Duration.between(before, time).abs().compareTo(Duration.ofMinutes(1)) < 0);
      assertEquals("none", status.path("identity").path("method").asText());
      assertEquals("all", status.path("profile").asText());
      assertEquals("test", status.path("policy").path("name").asText());
      assertEquals(64, status.path("policy").path("version").asText().length());
      assertEquals("#egress", status.path("policy").path("contact").asText());
      assertEquals("enforce", status.path("mode").asText());
      assertEquals("deny", status.path("unlisted").asText());
      assertTrue(status.path("refuses-in-band").asBoolean());
      assertEquals(64, status.path("root").path("sha256").asText().length());
      assertTrue(Instant.parse(status.path("root").path("expires").asText()).isAfter(before));
      assertEquals(
          List.of(
              "model https://api.example.com intercept",
              "packages https://raw.example.com tunnel",
              "packages https://ports.example.com:8443 tunnel",
              "packages http://plain.example.com tunnel"),
          hosts(status));
      assertFalse(status.toString().contains("secret"), status.toString());
      assertEquals(List.of(), gate.decisions());
    }
  }

  private static List<String> hosts(JsonNode status) {
    List<String> hosts = new ArrayList<>();
    status
        .path("classes")
        .forEach(
            each ->
                each.path("hosts")
                    .forEach(
                        host ->
                            hosts.add(
                                each.path("class").asText()
                                    + " "
                                    + host.path("url").asText()
                                    + " "
                                    + host.path("treatment").asText())));
    return hosts;
  }

  @Test
  void saysItInText() throws Exception {
    try (TestGate gate = gate("", POLICY.replace("intercept: true", "intercept: false"));
        Wire client = gate.client()) {
      String ask = "GET http://sallyport.internal/status HTTP/1.1\r\nHost: a\r\n";
      String text = client.send(ask + "Accept: text/plain\r\n\r\n").answer().body();
      assertTrue(text.startsWith("identity none\nprofile  all\npolicy   test @ "), text);
      assertTrue(text.contains(", enforce\ntime     20"), text);
    }
  }

  @Test
  void namesAFewHostsAndLooksAtABoundedNumberOfEntries() throws Exception {
    String many =
        IntStream.range(0, CallerStatus.HOSTS_NAMED + 1)
            .mapToObj(each -> "h" + each + ".example.com")
            .collect(Collectors.joining(", "));
    String far =
        IntStream.range(0, CallerStatus.ENTRIES_LOOKED_AT)
            .mapToObj(each -> "{subdomains-of: d" + each + ".example.com}")
            .collect(Collectors.joining(", "));
    String policy =
        POLICY
            .replace("allow: [api.example.com]", "allow: [" + many + "]")
            .replace("{subdomains-of: cdn.example.com}", far.replace(", {", "\n      - {"));
    try (TestGate gate = gate("", policy)) {
      assertEquals(
          List.of(
              "model https://h0.example.com intercept",
              "model https://h1.example.com intercept",
              "model https://h2.example.com intercept"),
          hosts(status(gate)));
    }
  }

  @Test
  void reportModeIsLoud() throws Exception {
    String policy = POLICY + "mode: report\nowner: dev\nuntil: 2999-01-01T00:00:00Z\n";
    try (TestGate gate = gate("", policy)) {
      JsonNode status = status(gate);
      assertEquals("report", status.path("mode").asText());
      assertEquals("policy", status.path("reports").path(0).path("of").asText());
      assertEquals("dev", status.path("reports").path(0).path("owner").asText());
      assertEquals("2999-01-01T00:00:00Z", status.path("reports").path(0).path("until").asText());
      assertEquals("allow", status.path("unlisted").asText());
    }
  }

  @Test
  void reportModesOfProfileAndClassCountForWhoHasThem() throws Exception {
    String report = "mode: report, owner: dev, until: 2999-01-01T00:00:00Z";
    String policy =
        POLICY
            .replace("{classes: [model, packages]}", "{classes: [model, packages], " + report + "}")
            .replace("allow: [secret", report + ", allow: [secret");
    try (TestGate gate = gate("", policy)) {
      JsonNode reports = status(gate).path("reports");
      assertEquals(1, reports.size());
      assertEquals("profile all", reports.path(0).path("of").asText());
    }
  }

  @Test
  void aReportModeThatIsOverIsNotTold() throws Exception {
    String policy = POLICY + "mode: report\nowner: dev\nuntil: 2020-01-01T00:00:00Z\n";
    try (TestGate gate = gate("", policy)) {
      assertEquals("enforce", status(gate).path("mode").asText());
    }
  }

  @Test
  void whoHasNoProfileLearnsNothingOfTheClasses() throws Exception {
    String policy = POLICY.replace("{anonymous: true,", "{token: nobody,");
    try (TestGate gate = gate("", policy)) {
      JsonNode status = status(gate);
      assertTrue(status.path("profile").isMissingNode());
      assertEquals(0, status.path("classes").size());
      assertEquals("deny", status.path("unlisted").asText());
    }
  }

  @Test
  void wrongCredentialsAreRefused() throws Exception {
    Files.writeString(folder.resolve("tokens.yaml"), "tokens: []\n");
    try (TestGate gate = gate("identity: {tokens: tokens.yaml}\n", POLICY);
        Wire client = gate.client()) {
      String ask = "GET http://sallyport.internal/status HTTP/1.1\r\nHost: a\r\n";
      String wrong = "Proxy-Authorization: Basic YWdlbnQ6d3Jvbmc=\r\n\r\n";
      assertEquals(407, client.send(ask + wrong).answer().status());
    }
  }

  @Test
  void aTunnelToTheGateIsRefusedInBandEvenToThoseWhoDidNotTrustItBefore() throws Exception {
    String reporting = POLICY + "mode: report\nowner: dev\nuntil: 2999-01-01T00:00:00Z\n";
    try (TestGate gate = gate(IN_BAND, reporting)) {
      for (int attempt = 0; attempt < 2; attempt++) {
        try (Wire distrusting = gate.tunnel("sallyport.internal:443")) {
          assertThrows(
              IOException.class,
              () ->
                  distrusting.secured(
                      TestAuthority.trusting(Files.readString(TestAuthority.rootFile(folder))),
                      "sallyport.internal"));
        }
      }
      try (Wire client = gate.intercepted("sallyport.internal")) {
        Wire.Answer answer =
            client.send("GET / HTTP/1.1\r\nHost: sallyport.internal\r\n\r\n").answer();
        assertEquals(403, answer.status());
        assertTrue(answer.body().contains("not-listed"), answer.body());
      }
    }
  }
}
