package dev.sallyport.proxy;

import static dev.sallyport.proxy.testing.Policies.kill;
import static dev.sallyport.proxy.testing.Policies.killable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.ControlReply;
import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.Kill.Target;
import dev.sallyport.rules.TrafficClass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is switched by hand, what time brings to an end, and what revoked tokens had opened.
class ChangesGateTest {
  private static final String A = "{host: a.example.com, tunnel: any}";
  private static final String B = "{host: b.example.com, tunnel: any}";
  private static final String PLAIN = "{host: p.example.com, scheme: http}";
  private static final String CONTROL = "control: gate.sock\n";

  @TempDir private Path folder = Path.of("");

  private TestGate gate(TestOrigin origin, String settings, String policy) throws Exception {
    return gate(folder, origin, settings, policy);
  }

  private static TestGate gate(Path in, TestOrigin origin, String settings, String policy)
      throws Exception {
    return TestGate.start(
        Transport.best(),
        in,
        "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}\n" + settings,
        policy);
  }

  private static String answer(TestGate gate, String request) throws IOException {
    try (Wire client = gate.client()) {
      return client.send(request).head().lines().findFirst().orElse("");
    }
  }

  @Test
  void aKilledHostEndsAtOnceAndIsRefusedInEveryForm() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "", Policies.allowing(A, B, PLAIN));
        Wire a = gate.tunnel("a.example.com:443");
        Wire b = gate.tunnel("b.example.com:443")) {
      assertEquals("a", a.send("a").read(1));
      assertEquals("b", b.send("b").read(1));
      assertEquals(1, gate.gate().changes().kill(kill(killable("a.example.com"))).ended());
      gate.gate().changes().kill(kill(killable("p.example.com")));
      assertTrue(a.ends());
      assertEquals(List.of("killed gate"), gate.awaitEnds(1));
      assertEquals("still", b.send("still").read(5));
      String refused = "HTTP/1.1 403 Forbidden";
      assertEquals(refused, answer(gate, TestGate.connect("a.example.com:443")));
      assertEquals(refused, answer(gate, TestGate.connect("x.a.example.com:8443")));
      assertEquals(refused, answer(gate, TestGate.get("http://p.example.com/")));
      assertEquals(refused, answer(gate, TestGate.connect("p.example.com:443")));
      try (Wire told = gate.client()) {
        String body = told.send(TestGate.get("http://p.example.com/")).answer().body();
        assertTrue(body.contains("the kill switch is on: leak"), body);
      }
      assertTrue(
          gate.awaitDecisions(7).stream().skip(2).allMatch("deny killed"::equals),
          gate.decisions()::toString);
      JsonNode event = gate.events("kill").getFirst();
      assertEquals("host a.example.com", event.path("sallyport.kill.target").asText());
      assertEquals("root", event.path("sallyport.kill.by").asText());
      assertEquals("leak", event.path("sallyport.kill.reason").asText());
      assertTrue(gate.gate().changes().unkill(killable("a.example.com"), "", "root"));
      assertFalse(gate.gate().changes().unkill(killable("a.example.com"), "", "root"));
      gate.tunnel("a.example.com:443").close();
    }
  }

  /// Where anything may pass, the name in the ClientHello is held against the switch as well.
  @Test
  void aKilledHostIsFoundInAClientHello() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "", Policies.allowing(A));
        Wire open = gate.tunnel("a.example.com:443")) {
      byte[] hello = dev.sallyport.proxy.testing.Hello.to("evil.example.com");
      open.send(hello).read(hello.length);
      gate.gate().changes().kill(kill(killable("evil.example.com")));
      assertTrue(open.ends());
      assertEquals(List.of("killed gate"), gate.awaitEnds(1));
      try (Wire next = gate.tunnel("a.example.com:443")) {
        next.send(hello);
        next.rest();
      }
      assertEquals("deny killed", gate.awaitDecisions(3).getLast());
    }
  }

  @Test
  void everythingAndClassesAndClientsCanBeKilled() throws Exception {
    for (Target target :
        List.of(
            new Target.Everything(),
            new Target.As(new TrafficClass("web")),
            new Target.From(dev.sallyport.rules.Cidr.of("127.0.0.0/8")))) {
      Path own = Files.createTempDirectory(folder, "killed");
      try (TestOrigin origin = TestOrigin.startEcho();
          TestGate gate = gate(own, origin, "", Policies.allowing(A));
          Wire a = gate.tunnel("a.example.com:443")) {
        assertEquals(1, gate.gate().changes().kill(kill(target)).ended());
        assertTrue(a.ends());
        assertEquals("HTTP/1.1 403 Forbidden", answer(gate, TestGate.connect("a.example.com:443")));
        assertEquals("deny killed", gate.awaitDecisions(2).getLast());
      }
    }
  }

  @Test
  void aKillSwitchOutlivesTheGate() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho()) {
      try (TestGate gate = gate(origin, CONTROL, Policies.allowing(A))) {
        gate.gate().changes().kill(kill(killable("a.example.com")));
      }
      assertEquals(
          "rw-------",
          java.nio.file.attribute.PosixFilePermissions.toString(
              Files.getPosixFilePermissions(folder.resolve("gate.sock.state"))));
      try (TestGate gate = gate(origin, CONTROL, Policies.allowing(A))) {
        assertEquals("HTTP/1.1 403 Forbidden", answer(gate, TestGate.connect("a.example.com:443")));
        JsonNode start = gate.events("start").getLast();
        assertEquals("host a.example.com", start.path("sallyport.kills").path(0).asText());
      }
      Files.writeString(folder.resolve("gate.sock.state"), "kills: []\n");
      CannotStartException torn =
          assertThrows(
              CannotStartException.class, () -> gate(origin, CONTROL, Policies.allowing(A)));
      assertTrue(String.valueOf(torn.getMessage()).contains("is not whole"), torn::getMessage);
    }
  }

  private static String withException(Instant expires) {
    return Policies.allowing(B)
        + "exceptions:\n  - {id: EX-1, class: web, allow: {host: a.example.com, tunnel: any},"
        + " reason: r, owner: o, expires: "
        + expires
        + "}\n";
  }

  @Test
  void whatAnExceptionAllowedEndsWithItAndThatIsOneEvent() throws Exception {
    String expired;
    try (TestOrigin origin = TestOrigin.startEcho()) {
      try (TestGate gate =
              gate(origin, CONTROL, withException(Instant.now().plus(1, ChronoUnit.HOURS)));
          Wire a = gate.tunnel("a.example.com:443");
          Wire b = gate.tunnel("b.example.com:443")) {
        assertEquals("a", a.send("a").read(1));
        Instant expires = Instant.now().plusSeconds(1);
        expired = withException(expires);
        gate.reload(expired);
        assertTrue(a.ends());
        assertFalse(Instant.now().isBefore(expires));
        assertEquals(List.of("policy-changed gate"), gate.awaitEnds(1));
        assertEquals("still", b.send("still").read(5));
        Await.until("the end is told", () -> gate.events("exception.expired").size() == 1);
        JsonNode event = gate.events("exception.expired").getFirst();
        assertEquals("EX-1", event.path("sallyport.exception.id").asText());
        assertEquals("o", event.path("sallyport.exception.owner").asText());
        gate.gate().reload();
      }
      try (TestGate again = gate(origin, CONTROL, expired)) {
        again.gate().reload();
        again.gate().stop();
        assertEquals(1, again.events("exception.expired").size());
      }
    }
  }

  @Test
  void anEndThatFellIntoAPauseIsToldOfAfterIt() throws Exception {
    Instant past = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, CONTROL, withException(past))) {
      Await.until("the end is told", () -> gate.events("exception.expired").size() == 1);
    }
  }

  private static String basic(String user, String secret) {
    return Base64.getEncoder()
        .encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  private static String connect(String authority, String credentials) {
    return "CONNECT "
        + authority
        + " HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic "
        + credentials
        + "\r\n\r\n";
  }

  @Test
  void whatARevokedTokenOpenedEnds() throws Exception {
    TokenFile tokens = new TokenFile(folder.resolve("tokens.yaml"));
    String gone = tokens.add("gone", Map.of(), Instant.now()).orElseThrow().reveal();
    String kept =
        tokens.add("kept", Map.of("repository", "acme/x"), Instant.now()).orElseThrow().reveal();
    String policy =
        Policies.allowing(A)
            .replace("{anonymous: true, profile: all}", "{any: true, profile: all}");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "", policy);
        Wire one = gate.client();
        Wire other = gate.client()) {
      one.send(connect("a.example.com:443", basic("gone", gone))).head();
      other.send(connect("a.example.com:443", basic("kept+run=77", kept))).head();
      assertEquals("1", one.send("1").read(1));
      assertEquals("2", other.send("2").read(1));
      // The same name with another secret is another token.
      assertTrue(tokens.revoke("gone"));
      assertTrue(tokens.add("gone", Map.of(), Instant.now()).isPresent());
      gate.gate().reloadTokens();
      assertTrue(one.ends());
      assertEquals(List.of("credentials-wrong gate"), gate.awaitEnds(1));
      assertEquals("still", other.send("still").read(5));
      JsonNode decision =
          gate.events("decision").stream()
              .filter(TestGate.is("user.name", "kept"))
              .findFirst()
              .orElseThrow();
      assertEquals("acme/x", decision.path("sallyport.labels.repository").asText());
      assertEquals("77", decision.path("sallyport.claimed.run").asText());
    }
  }

  @Test
  void aBrokenGlassIsLoudAndEnds() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, CONTROL, Policies.allowing(A))) {
      assertEquals(
          "HTTP/1.1 403 Forbidden", answer(gate, TestGate.connect("other.example.com:443")));
      String id = gate.gate().changes().breakGlass(Duration.ofHours(1), "outage", "root").id();
      try (Wire other = gate.tunnel("other.example.com:443")) {
        assertEquals(
            "HTTP/1.1 403 Forbidden", answer(gate, TestGate.connect("denied.example:443")));
        gate.gate().changes().breakGlass(Duration.ofMillis(1), "still", "root");
        assertTrue(other.ends());
      }
      gate.awaitDecisions(3);
      assertEquals(
          List.of("deny not-listed", "allow reported", "deny denied-by-rule"), gate.decisions());
      JsonNode reported = gate.events("decision").get(1);
      assertEquals(id, reported.path("sallyport.break_glass").asText());
      assertEquals("", gate.events("decision").get(0).path("sallyport.break_glass").asText());
      Await.until("both ends are told", () -> gate.events("kill").size() == 4);
      assertEquals(
          "HTTP/1.1 403 Forbidden", answer(gate, TestGate.connect("other.example.com:443")));
      assertEquals(2, gate.gate().changes().switches().glasses().size());
      assertEquals(2, gate.gate().changes().review("all fine", "root").size());
      assertEquals(List.of(), gate.gate().changes().switches().glasses());
    }
  }

  private static final String MODEL =
      """
      sallyport: 1
      name: m
      classes: {model: {allow: [{catalog: anthropic/api}]}, other: {allow: [a.example.com]}}
      profiles: {all: {classes: [model, other]}}
      assign: [{anonymous: true, profile: all}]
      """;

  @Test
  void aRequiredHostIsNotLostBySlip() throws Exception {
    String without = MODEL.replace("classes: [model, other]", "classes: [other]");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "", MODEL)) {
      String before = gate.gate().policy().stamp().version();
      Files.writeString(folder.resolve("policy.yaml"), without);
      assertEquals(
          1, gate.gate().changes().preview().lost().size(), () -> "one line for each host");
      PolicyRejectedException rejected =
          assertThrows(PolicyRejectedException.class, gate.gate()::reload);
      assertTrue(rejected.problems().getFirst().contains("`all` would lose api.anthropic.com"));
      assertEquals(before, gate.gate().policy().stamp().version());
      Await.until("it is told", () -> gate.events("policy.rejected").size() == 1);
      gate.gate().changes().reload(Changes.Force.YES);
      assertFalse(before.equals(gate.gate().policy().stamp().version()));
    }
  }

  @Test
  void aDryRunCountsAndChangesNothing() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "", Policies.allowing(A, B));
        Wire a = gate.tunnel("a.example.com:443")) {
      Files.writeString(folder.resolve("policy.yaml"), Policies.allowing(B));
      assertEquals(1, gate.gate().changes().preview().ending());
      assertEquals("still", a.send("still").read(5));
      assertEquals(1, gate.gate().reload().ended());
      assertTrue(a.ends());
    }
  }

  private ControlReply ask(TestGate gate, String command, Map<String, String> arguments) {
    ControlCommand found =
        new SwitchCommands(gate.gate().changes(), Optional.of(Duration.ofHours(1)))
            .all()
            .get(command);
    return java.util.Objects.requireNonNull(found)
        .run(new ControlRequest(command, arguments, "root"));
  }

  @Test
  void theCommandsSayWhatTheyDidAndWhatIsWrong() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, CONTROL, Policies.allowing(A))) {
      assertEquals(
          "{\"ok\":true,\"facts\":{\"killed\":\"host evil.example\",\"connections ended\":0}}",
          ask(gate, "kill", Map.of("host", "EVIL.example.", "reason", "leak")).json());
      for (Map<String, String> wrong :
          List.of(
              Map.of("host", "a.example"),
              Map.of("host", "a.example", "reason", " "),
              Map.of("host", "a.example", "reason", "x".repeat(257)),
              Map.of("host", "a.example", "reason", "a\nb"),
              Map.of("host", "*.example", "reason", "r"),
              Map.of("host", "127.1", "reason", "r"),
              Map.of("host", "a.example", "class", "web", "reason", "r"))) {
        ControlReply reply = ask(gate, "kill", wrong);
        assertTrue(reply instanceof ControlReply.Refused, reply::json);
      }
      assertTrue(ask(gate, "unkill", Map.of()) instanceof ControlReply.Refused);
      assertTrue(ask(gate, "unkill", Map.of("host", "evil.example")) instanceof ControlReply.Done);
      for (String time : List.of("", "1", "0s", "61m", "-1h")) {
        ControlReply reply = ask(gate, "break-glass", Map.of("for", time, "reason", "r"));
        assertTrue(reply instanceof ControlReply.Refused, () -> time + reply.json());
      }
      assertTrue(
          ask(gate, "break-glass", Map.of("for", "60m", "reason", "r"))
              instanceof ControlReply.Done);
      ControlReply never =
          java.util.Objects.requireNonNull(
                  new SwitchCommands(gate.gate().changes(), Optional.empty())
                      .all()
                      .get("break-glass"))
              .run(new ControlRequest("break-glass", Map.of("for", "1m", "reason", "r"), "root"));
      assertTrue(never instanceof ControlReply.Refused, never::json);
    }
  }
}
