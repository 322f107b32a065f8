package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.accept.HeadTimer;
import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.audit.AuditEvent;
import dev.sallyport.proxy.audit.EventAllowance;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.RecordingAuditLog;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.proxy.config.UserFolders;
import dev.sallyport.proxy.decide.Decider;
import dev.sallyport.proxy.dial.Dialer;
import dev.sallyport.proxy.identify.Identifier;
import dev.sallyport.proxy.identify.TokenStore;
import dev.sallyport.proxy.intercept.Distrust;
import dev.sallyport.proxy.intercept.Interception;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.metrics.GateMetrics;
import dev.sallyport.proxy.reply.ModelVendor;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Requested;
import dev.sallyport.proxy.testing.Buffers;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel.Writable;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.proxy.wire.RequestFraming;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Policy;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What cannot be brought about over sockets at will: moments between two steps.
class ConnectionPathTest {
  private static final int MAX_HEAD = 1024;
  private static final String DENIED = TestGate.get("http://denied.example/");
  private static final Policy POLICY =
      Policies.of("{host: nowhere.invalid, scheme: any}", "{host: a.example.com}");
  private static final Accepted ACCEPTED =
      new Accepted(
          "01",
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 5),
          "main",
          false,
          Instant.EPOCH);

  @TempDir private Path folder = Path.of("");
  private final RecordingAuditLog log = new RecordingAuditLog();
  private final RequestFraming framing = new RequestFraming(MAX_HEAD);
  private final HeadTimer timer = new HeadTimer(Duration.ofSeconds(10), Duration.ofMinutes(30));
  private final DuplexEmbeddedChannel client = new DuplexEmbeddedChannel();

  @BeforeEach
  void freeze() {
    client.freezeTime();
  }

  private GateParts parts(Policy inForce) throws Exception {
    Settings settings =
        SettingsLoader.of(UserFolders.of(Map.of(), folder), Map.of()).withoutFile().settings();
    GateMetrics metrics = new GateMetrics();
    EventAllowance allowance = new EventAllowance(1_000_000, System::nanoTime);
    return new GateParts(
        settings.limits(),
        TokenStore.none(),
        new Identifier(TokenStore.none(), settings.identity(), () -> inForce),
        new Decider(inForce, Optional.empty(), () -> false),
        new Dialer(settings, Transport.NIO, List::of, Optional.empty()),
        new Interception(settings.intercept(), settings.upstream(), Clock.systemUTC()),
        new Distrust(System::nanoTime),
        ModelVendor.Hosts.builtIn(),
        new GatewayDoor(settings.gateways()),
        allowance,
        new Journal(log, metrics, Clock.systemUTC(), allowance),
        metrics,
        new OpenConnections(),
        new Origins.ByLoop(Origins.KEPT),
        new Handshakes(1, 1),
        new OctetBudget(),
        new ClientHelloReader(MAX_HEAD),
        "1.1 sallyport-test");
  }

  private void connect() throws Exception {
    connect(POLICY);
  }

  private void connect(Policy policy) throws Exception {
    ClientConnection connection =
        new ClientConnection(parts(policy), ACCEPTED, new Entry.Proxy(), client, framing, timer);
    client
        .pipeline()
        .addLast(timer, framing, new HttpRequestDecoder(), new HttpResponseEncoder(), connection);
  }

  private List<String> reasons() {
    return log.events().stream()
        .map(
            event ->
                switch (event) {
                  case AuditEvent.Decided decided ->
                      "decided " + decided.decision().reason().code();
                  case AuditEvent.Closed closed -> "closed " + closed.end().code();
                  case AuditEvent.Administrative other -> other.kind().code();
                })
        .toList();
  }

  /// Answers wait in the gate until the client reads them, so they must not be made without end.
  @Test
  void doesNotGoOnForAClientThatReadsNothing() throws Exception {
    connect();
    client.setWritable(Writable.NO);
    client.writeInbound(Buffers.of(DENIED.repeat(3)));
    client.runPendingTasks();
    assertEquals(1, reasons().size());
    client.setWritable(Writable.YES);
    client.runPendingTasks();
    assertEquals(3, reasons().size());
    assertEquals(3, Buffers.written(client).split("HTTP/1.1 403 ", -1).length - 1);
  }

  /// What the client's half ended with is answered, then the connection ends.
  @Test
  void answersASlowClientWhoseHalfHasEnded() throws Exception {
    connect();
    client.setWritable(Writable.NO);
    client.writeInbound(Buffers.of(DENIED.repeat(2)));
    client.runPendingTasks();
    client.endInput();
    assertTrue(client.isOpen());
    client.setWritable(Writable.YES);
    client.runPendingTasks();
    assertEquals(2, reasons().size());
    assertFalse(client.isOpen());
    assertEquals(2, Buffers.written(client).split("HTTP/1.1 403 ", -1).length - 1);
  }

  /// The gate of these tests has no authority, as one whose issuers have ended.
  @Test
  void withoutAnIssuerWhatIsToBeSeenIsRefusedInWords() throws Exception {
    connect(Policies.of("{host: seen.example.com, intercept: true}"));
    client.writeInbound(Buffers.of(TestGate.connect("seen.example.com:443")));
    client.runPendingTasks();
    assertEquals(List.of("decided authority-ended"), reasons());
    String answer = Buffers.written(client);
    assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
    assertTrue(answer.contains("whoever runs the gate has to renew it"), answer);
  }

  @Test
  void aFaultOfOursIsAnEventAndAnEnd() throws Exception {
    connect();
    client.pipeline().fireExceptionCaught(new MadeByATest());
    assertEquals(List.of("decided internal-error"), reasons());
    assertFalse(client.isOpen());
  }

  private static final class MadeByATest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MadeByATest() {
      super("made by a test", null, false, false);
    }
  }

  @Test
  void aResetIsNoFault() throws Exception {
    connect();
    client.pipeline().fireExceptionCaught(new IOException("reset"));
    assertEquals(List.of(), reasons());
    assertFalse(client.isOpen());
  }

  /// A policy may come into force between the decision and the moment at which a reload sees what
  /// is open.
  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "GET"})
  void aPolicyThatIsOutOfForceLetsNothingPass(String method) throws Exception {
    GateParts parts = parts(Policies.of("{host: a.example.com}"));
    boolean tunnel = method.equals("CONNECT");
    Destination to = tunnel ? Policies.https("nowhere.invalid") : Policies.http("nowhere.invalid");
    HttpRequest head =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), to.url());
    Permitted permitted = permitted(method, to);
    Downstream from =
        new ClientConnection(parts, ACCEPTED, new Entry.Proxy(), client, framing, timer);
    Refuser refuser = new Refuser(parts, from);
    if (tunnel) {
      Ask ask = Ask.connect(head, permitted.identified());
      new TunnelPath(parts, refuser, from, ask, permitted).open();
    } else {
      Ask ask = Ask.request(head, permitted.identified(), "/");
      new ExchangePath(parts, refuser, from, ask, permitted).open();
    }
    client.runPendingTasks();
    assertEquals(List.of("decided listed", "closed policy-changed"), reasons());
    client.runScheduledPendingTasks();
    assertTrue(client.isOutputShutdown() || !client.isOpen());
    assertEquals(0, parts.open().size());
    assertEquals("", Buffers.written(client));
  }

  private static Permitted permitted(String method, Destination to) {
    Decision decision = Policies.decision(POLICY, to);
    Entrance entrance = method.equals("CONNECT") ? Entrance.CONNECT : Entrance.ABSOLUTE_FORM;
    RequestFacts facts = new RequestFacts(method, "", -1, Optional.empty());
    Requested requested = new Requested(ACCEPTED, "02", Instant.EPOCH, entrance, to, facts);
    return new Permitted(
        new Identified(requested, Policies.CLIENT), decision, decision.permit().orElseThrow());
  }
}
