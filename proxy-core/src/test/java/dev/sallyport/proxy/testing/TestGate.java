package dev.sallyport.proxy.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.CannotStartException;
import dev.sallyport.proxy.Gate;
import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.proxy.PolicyRejectedException;
import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.EventSchemaAssert;
import dev.sallyport.proxy.audit.Verification;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.proxy.config.UserFolders;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A gate in a folder of its own: settings and policy as text, the events as they stand in the
/// file. Free ports on loopback, no admin listener and no control socket.
public final class TestGate implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EVENTS_PER_CLIENT = 1_000_000;
  private static final String LISTEN = "listen: [{name: main, address: 127.0.0.1, port: 0}]\n";
  private static final String FIXED_SETTINGS = "audit: {file: audit/test.jsonl}\n";

  private final Path folder;
  private final Gate gate;

  private TestGate(Path folder, Gate gate) {
    this.folder = folder;
    this.gate = gate;
  }

  /// Starts one.
  ///
  /// @param folder an empty one, or one of an earlier gate
  /// @param settings further lines of the settings file; with `listen:` its listeners, each on port
  ///   0
  /// @param policy the text of the policy file
  public static TestGate start(Transport transport, Path folder, String settings, String policy)
      throws IOException, LoadException, PolicyRejectedException, CannotStartException {
    Path policyFile = Files.writeString(folder.resolve("policy.yaml"), policy);
    return start(transport, folder, settings, new PolicyOrigin.File(policyFile));
  }

  /// The same within the bounds of a policy of the organisation's.
  public static TestGate startWithin(
      Transport transport, Path folder, String settings, String bounds, String policy)
      throws IOException, LoadException, PolicyRejectedException, CannotStartException {
    Path outer = Files.writeString(folder.resolve("bounds.yaml"), bounds);
    Path inner = Files.writeString(folder.resolve("policy.yaml"), policy);
    return start(
        transport,
        folder,
        settings,
        new PolicyOrigin.Bounded(
            new PolicyOrigin.File(outer), Optional.of(new PolicyOrigin.File(inner))));
  }

  private static TestGate start(
      Transport transport, Path folder, String settings, PolicyOrigin policy)
      throws IOException, LoadException, PolicyRejectedException, CannotStartException {
    Path file =
        Files.writeString(
            folder.resolve("sallyport.yaml"),
            (settings.contains("listen:") ? "" : LISTEN) + FIXED_SETTINGS + settings);
    Settings read =
        SettingsLoader.of(UserFolders.of(Map.of(), folder), Map.of()).load(file).settings();
    Optional<String> before = Optional.ofNullable(System.getProperty(Transport.PROPERTY));
    System.setProperty(Transport.PROPERTY, transport.code());
    try {
      return new TestGate(folder, Gate.start(forTests(read, settings), policy, Gate.Whose.SHARED));
    } finally {
      before.ifPresentOrElse(
          value -> System.setProperty(Transport.PROPERTY, value),
          () -> System.clearProperty(Transport.PROPERTY));
    }
  }

  /// No further listeners; and all clients of a test share one address, so that they may cause more
  /// events than one client may, unless the test says how many.
  private static Settings forTests(Settings read, String text) {
    Settings.Limits limits = read.limits();
    int events = text.contains("events-per-client") ? limits.eventsPerClient() : EVENTS_PER_CLIENT;
    return new Settings(
        read.listen(),
        Optional.empty(),
        text.contains("control:") ? read.control() : Optional.empty(),
        read.policy(),
        read.identity(),
        read.audit(),
        read.resolve(),
        read.ownAddresses(),
        read.connectTo(),
        read.upstream(),
        read.intercept(),
        read.gateways(),
        new Settings.Limits(
            limits.connections(),
            limits.connectionsPerClient(),
            events,
            limits.requestHead(),
            limits.clientHello(),
            limits.times()),
        read.log(),
        read.dns());
  }

  /// The gate itself.
  public Gate gate() {
    return gate;
  }

  /// Where clients connect.
  public InetSocketAddress address() {
    return gate.addresses().getFirst();
  }

  /// A new client connection.
  public Wire client() throws IOException {
    return Wire.to(address());
  }

  /// A new client connection on which a tunnel was asked for and given.
  public Wire tunnel(String authority) throws IOException {
    Wire client = client().send(connect(authority));
    String head = client.head();
    if (!head.startsWith("HTTP/1.1 200 ")) {
      client.close();
      throw new IOException("no tunnel: " + head);
    }
    return client;
  }

  /// A new client connection on which a tunnel was given, and within it TLS with whoever answers
  /// under the gate's own authority.
  ///
  /// @param protocols offered by ALPN
  public Wire intercepted(String host, String... protocols) throws IOException {
    Wire client = tunnel(host + ":443");
    return client.secured(
        TestAuthority.trusting(gate.authorityRoot().orElseThrow()), host, protocols);
  }

  /// The head that asks for a tunnel.
  public static String connect(String authority) {
    return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
  }

  /// The head of a plain request.
  public static String get(String url) {
    return "GET " + url + " HTTP/1.1\r\nHost: ignored.example\r\n\r\n";
  }

  /// Writes another policy and puts it in force.
  public Gate.Reloaded reload(String policy) throws IOException, PolicyRejectedException {
    Files.writeString(folder.resolve("policy.yaml"), policy);
    return gate.reload();
  }

  /// The folder of the audit file.
  public Path auditFolder() {
    return folder.resolve("audit");
  }

  private Path auditFile() {
    return auditFolder().resolve("test.jsonl");
  }

  /// Every event on file.
  public List<JsonNode> events() {
    Path file = auditFile();
    List<JsonNode> events = new ArrayList<>();
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      // A line that is being written has no end yet.
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        events.add(JSON.readTree(line));
      }
    } catch (IOException unreadable) {
      throw new AssertionError("the audit file cannot be read", unreadable);
    }
    return events;
  }

  /// The events of a kind on file.
  public List<JsonNode> events(String kind) {
    return events().stream().filter(is("sallyport.event", kind)).toList();
  }

  /// The decisions on file as `outcome reason`, in their order.
  public List<String> decisions() {
    return events("decision").stream()
        .map(
            event ->
                event.path("sallyport.decision").asText()
                    + " "
                    + event.path("sallyport.reason").asText())
        .toList();
  }

  /// The ends on file as `reason side`, in their order.
  public List<String> ends() {
    return events("close").stream()
        .map(
            event ->
                event.path("sallyport.end").asText()
                    + " "
                    + event.path("sallyport.end.side").asText())
        .toList();
  }

  /// Waits until there are this many ends on file.
  public List<String> awaitEnds(int count) {
    Await.until(count + " close events", () -> events("close").size() >= count);
    return ends();
  }

  /// Waits until there are this many decisions on file.
  public List<String> awaitDecisions(int count) {
    Await.until(count + " decisions", () -> events("decision").size() >= count);
    return decisions();
  }

  /// Events whose field has this value.
  public static Predicate<JsonNode> is(String field, String value) {
    return event -> event.path(field).asText().equals(value);
  }

  /// What the verifier says of the audit files.
  public Verification verify() throws IOException {
    return ChainVerifier.verify(auditFolder());
  }

  /// Stops it, and holds every event that it wrote against the schema.
  @Override
  public void close() throws IOException {
    gate.stop();
    EventSchemaAssert.assertAllValid(auditFile());
  }
}
