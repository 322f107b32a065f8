package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.mitm.keys.PrivateKeyFile;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the authority of a running gate does when the policy becomes another one.
class AuthorityReloadGateTest {
  private static final String A = "api.a.example";
  private static final String B = "api.b.example";

  @TempDir private Path folder = Path.of("");
  private Path authority = Path.of("");

  @BeforeEach
  void name() {
    authority = folder.resolve("ca");
  }

  private static String policy(String intercepted, String tunnelled) {
    return """
    sallyport: 1
    name: test
    classes:
      model: {intercept: true, allow: [%s]}
      tunnels: {allow: [%s]}
    profiles: {all: {classes: [model, tunnels]}}
    assign: [{anonymous: true, profile: all}]
    """
        .formatted(intercepted, tunnelled);
  }

  private String settings(TestOrigin origin) throws IOException {
    return "connect-to: {\"*:*\": \"127.0.0.1:"
        + origin.port()
        + "\"}\nupstream: {roots: "
        + TestAuthority.rootFile(folder)
        + "}\n";
  }

  private static TestOrigin origin(String host) throws Exception {
    return TestOrigin.startTls(
        host,
        (client, self) -> {
          for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          }
        });
  }

  private static int status(TestGate gate, String host) throws IOException {
    try (Wire client = gate.intercepted(host, "http/1.1")) {
      return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").answer().status();
    }
  }

  private static int ownPage(TestGate gate) throws IOException {
    try (Wire client = gate.client()) {
      return client.send(TestGate.get("http://sallyport.internal/ca.pem")).answer().status();
    }
  }

  @Test
  void theFirstPolicyThatInterceptsBringsTheAuthorityAndTheLastOneTakesItAway() throws Exception {
    try (TestOrigin origin = origin(A);
        TestGate gate = TestGate.start(Transport.best(), folder, settings(origin), policy("", A))) {
      assertFalse(Files.exists(authority));
      assertEquals(404, ownPage(gate));
      assertEquals(List.of(), certificates(gate));
      gate.reload(policy(A, ""));
      assertEquals(200, status(gate, A));
      assertEquals(200, ownPage(gate));
      assertEquals(List.of("root", "intercept", "refuse"), certificates(gate));
      assertEquals(
          Authority.existing(authority, InstantSource.system()).rootPem(),
          gate.gate().authorityRoot().orElseThrow());
      gate.reload(policy("", A));
      assertEquals(404, ownPage(gate));
      assertEquals(List.of(), certificates(gate));
      gate.reload(policy(A, ""));
      assertEquals(200, status(gate, A));
    }
  }

  private static List<String> certificates(TestGate gate) {
    return List.copyOf(gate.gate().certificateEnds().keySet());
  }

  /// The organisation's policy wants to see what the other one would let pass unseen.
  @Test
  void interceptionThatOnlyThePolicyAboveAsksForHasAnAuthority() throws Exception {
    try (TestOrigin origin = origin(A);
        TestGate gate =
            TestGate.startWithin(
                Transport.best(), folder, settings(origin), policy(A, B), policy("", A))) {
      assertEquals(200, status(gate, A));
      assertEquals(Permitted.hosts(Set.of(A)), onFile().permitted());
    }
  }

  private Authority onFile() throws Exception {
    return Authority.existing(authority, InstantSource.system());
  }

  @Test
  void aPolicyThatIsRejectedChangesNothingOfTheAuthority() throws Exception {
    String model = "api.anthropic.com";
    try (TestOrigin origin = origin(model);
        TestGate gate =
            TestGate.start(
                Transport.best(),
                folder,
                settings(origin),
                policy("{catalog: anthropic/api}", ""))) {
      assertEquals(200, status(gate, model));
      var before = onFile().permitted();
      // A required model host would be lost.
      assertThrows(PolicyRejectedException.class, () -> gate.reload(policy(B, "")));
      assertEquals(before, onFile().permitted());
      assertThrows(PolicyRejectedException.class, () -> gate.reload(policy("", B)));
      assertEquals(200, ownPage(gate));
      assertEquals(200, status(gate, model));
    }
  }

  @Test
  void withTheRootKeyElsewhereAPolicyThatInterceptsMoreWaitsForTheExtension() throws Exception {
    try (TestOrigin origin = origin(B)) {
      TestGate.start(Transport.best(), folder, settings(origin), policy(A, "")).close();
      Path key = Files.move(authority.resolve("root.key"), folder.resolve("safe.key"));
      try (TestGate gate =
          TestGate.start(Transport.best(), folder, settings(origin), policy(A, ""))) {
        String both = policy(A + ", " + B, "");
        Collection<String> problems =
            assertThrows(PolicyRejectedException.class, () -> gate.reload(both)).problems();
        assertEquals(
            List.of(
                "the policy intercepts hosts that the issuer may not sign for, and the root key is"
                    + " kept elsewhere: run `sallyport ca extend --root-key FILE` for the folder `"
                    + authority
                    + "`"),
            List.copyOf(problems));
        assertThrows(PolicyRejectedException.class, () -> gate.gate().changes().preview());
        Authority.extend(
            authority,
            PrivateKeyFile.read(key, Passphrase.none()),
            Permitted.hosts(Set.of(A, B)),
            InstantSource.system());
        gate.gate().changes().preview();
        gate.reload(both);
        assertEquals(200, status(gate, B));
      }
    }
  }

  @Test
  void anotherAuthorityInTheFolderIsNotTakenUpByAGateThatRuns() throws Exception {
    try (TestOrigin origin = origin(A);
        TestGate gate = TestGate.start(Transport.best(), folder, settings(origin), policy(A, ""))) {
      Files.move(authority, folder.resolve("old"));
      Authority.inFolder(authority, Permitted.hosts(Set.of(B)), InstantSource.system());
      String problem =
          assertThrows(PolicyRejectedException.class, () -> gate.reload(policy(A + ", " + B, "")))
              .problems()
              .getFirst();
      assertTrue(problem.contains("holds another authority"), problem);
      assertEquals(200, status(gate, A));
    }
  }
}
